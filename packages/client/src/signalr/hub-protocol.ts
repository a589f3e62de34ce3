import type { HubCodec, HubMessage } from '@minihub/protocol';
import { jsonCodec } from '../hub/json-codec.ts';
import type { ILogger } from './logging.ts';
import { reverseEnum } from './reverse-enum.ts';

const formats = { Text: 1, Binary: 2 } as const;
const transports = { None: 0, WebSockets: 1, ServerSentEvents: 2, LongPolling: 4 } as const;

/** How a hub protocol writes. */
export const TransferFormat: typeof formats & { readonly [value: number]: string } = reverseEnum(formats);
/** One of the values of {@link TransferFormat}. */
export type TransferFormat = (typeof formats)[keyof typeof formats];

/** The transports, to be added up. */
export const HttpTransportType: typeof transports & { readonly [value: number]: string } = reverseEnum(transports);
/** A sum of values of {@link HttpTransportType}. */
export type HttpTransportType = number;

/** A hub protocol as Microsoft's client has it, for instance its MessagePackHubProtocol. */
export interface IHubProtocol {
  readonly name: string;
  readonly version: number;
  readonly transferFormat: TransferFormat;
  parseMessages(input: string | ArrayBuffer, logger: ILogger): unknown[];
  writeMessage(message: never): string | ArrayBuffer;
}

/** The JSON hub protocol. */
export class JsonHubProtocol implements IHubProtocol {
  readonly name: string = 'json';
  readonly version: number = 2;
  readonly transferFormat: TransferFormat = TransferFormat.Text;

  /** @throws MinihubError MH_CLIENT_PROTOCOL */
  parseMessages(input: string | ArrayBuffer, _logger?: ILogger): HubMessage[] {
    const decoder = jsonCodec.createDecoder();
    decoder.push(input as string);
    const messages: HubMessage[] = [];
    for (let message = decoder.next(); message !== undefined; message = decoder.next()) messages.push(message);
    return messages;
  }

  writeMessage(message: HubMessage): string {
    return jsonCodec.encode(message) as string;
  }
}

/** The codec of a hub protocol of Microsoft's kind. */
export function toCodec(protocol: IHubProtocol | HubCodec, logger: ILogger): HubCodec {
  if ('createDecoder' in protocol) return protocol;
  if (protocol instanceof JsonHubProtocol) return jsonCodec;
  const isBinary = protocol.transferFormat === TransferFormat.Binary;
  return {
    name: protocol.name,
    transferFormat: isBinary ? 'Binary' : 'Text',
    encode(message) {
      const written = protocol.writeMessage(message as never);
      return typeof written === 'string' ? written : new Uint8Array(written);
    },
    createDecoder() {
      let messages: unknown[] = [];
      return {
        bufferedBytes: 0,
        push(chunk) {
          const input = typeof chunk === 'string' ? chunk : (chunk.slice().buffer as ArrayBuffer);
          messages = messages.concat(protocol.parseMessages(input, logger));
        },
        next: () => messages.shift() as HubMessage | undefined,
        end() {},
      };
    },
  };
}
