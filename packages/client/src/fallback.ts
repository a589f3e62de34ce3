// What carries a hub connection where WebSockets do not get through. Apart from the rest, because mini programs never need it.
export type { FallbackHost, FallbackTransport } from './hub/transports/fallback.ts';
export { longPolling } from './hub/transports/long-polling-transport.ts';
export {
  type EventSourceClass,
  type EventSourceLike,
  type ServerSentEventsOptions,
  serverSentEvents,
} from './hub/transports/server-sent-events-transport.ts';
export type { OpenTransport, Transport, TransportEvents, TransportTarget } from './hub/transports/transport.ts';
