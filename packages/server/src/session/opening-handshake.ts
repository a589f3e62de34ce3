import {
  createHandshakeRequestDecoder,
  encodeHandshakeRequest,
  type HandshakeDecoder,
  type HandshakeRequest,
  hubProtocolVersions,
  type MinihubError,
  type Utf8,
} from '@minihub/protocol';

/** A request as all official clients write it. */
interface UsualRequest {
  readonly bytes: Buffer;
  readonly request: HandshakeRequest;
}

const usualRequests: readonly UsualRequest[] = ['json', 'messagepack'].flatMap((protocol) =>
  hubProtocolVersions.map((version) => {
    const request = { protocol, version };
    return { bytes: Buffer.from(encodeHandshakeRequest(request)), request };
  }),
);

/** The request that a chunk is, where it is one of the usual ones and nothing else: nearly every client's. */
export function usualRequestIn(chunk: Uint8Array): HandshakeRequest | undefined {
  for (const { bytes, request } of usualRequests) {
    if (bytes.length === chunk.length && bytes.equals(chunk)) return request;
  }
  return undefined;
}

/** A handshake request while it is read, where it is an unusual one, comes in pieces, or has something behind it. */
export class OpeningHandshake {
  readonly #decoder: HandshakeDecoder<HandshakeRequest>;
  /** What the client asks for, once it is whole. */
  request: HandshakeRequest | undefined;
  fault: MinihubError | undefined;

  constructor(utf8: Utf8) {
    this.#decoder = createHandshakeRequestDecoder({ utf8 });
  }

  receive(chunk: Uint8Array): void {
    if (this.fault !== undefined) return;
    try {
      this.request = this.#decoder.push(chunk);
    } catch (error) {
      this.fault = error as MinihubError;
    }
  }

  /** The chunks behind the request. */
  takeRest(): readonly (string | Uint8Array)[] {
    return this.#decoder.takeRest();
  }
}
