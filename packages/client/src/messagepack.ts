// The MessagePack hub protocol, apart from the rest: who does not use it does not ship it.
import { createMessagePackCodec, type HubCodec, type HubDecoder, type HubMessage } from '@minihub/protocol';

/**
 * The MessagePack hub protocol, for `connect` (`{ protocol: messagePack() }`) and for `withHubProtocol`. Smaller than JSON on
 * the wire, and bytes travel as bytes (`Uint8Array`). The server must offer it. Not over server-sent events.
 */
export function messagePack(): HubCodec {
  return createMessagePackCodec();
}

/** The same under the name that `@microsoft/signalr-protocol-msgpack` has for it. Options of that one are not taken. */
export class MessagePackHubProtocol implements HubCodec {
  readonly name: string = 'messagepack';
  readonly transferFormat: 'Binary' = 'Binary' as const;
  private readonly codec: HubCodec = createMessagePackCodec();

  encode(message: HubMessage): string | Uint8Array {
    return this.codec.encode(message);
  }

  createDecoder(...limits: Parameters<HubCodec['createDecoder']>): HubDecoder {
    return this.codec.createDecoder(...limits);
  }
}
