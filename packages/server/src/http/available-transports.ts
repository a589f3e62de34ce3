import type { AvailableTransport } from '@minihub/protocol';
import type { TransportName } from '../transport/transport.ts';

/** Each transport as negotiate offers it. */
export const availableTransports: Readonly<Record<TransportName, AvailableTransport>> = {
  WebSockets: { transport: 'WebSockets', transferFormats: ['Text', 'Binary'] },
  ServerSentEvents: { transport: 'ServerSentEvents', transferFormats: ['Text'] },
  LongPolling: { transport: 'LongPolling', transferFormats: ['Text', 'Binary'] },
};
