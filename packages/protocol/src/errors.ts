/**
 * Every error code of `@minihub/protocol`, with what it means.
 * A retired code stays listed and is never used again.
 */
export const protocolErrorCodes = {
  MH_PROTO_INVALID_JSON: 'A record is not valid JSON text.',
  MH_PROTO_INVALID_MSGPACK: 'A message is not valid MessagePack.',
  MH_PROTO_INVALID_UTF8: 'Bytes that must be UTF-8 text are not.',
  MH_PROTO_INVALID_MESSAGE: 'A message lacks a member, or a member has the wrong type.',
  MH_PROTO_MESSAGE_TOO_LARGE: 'A message is larger than the limit in bytes.',
  MH_PROTO_LIMIT_EXCEEDED:
    'A message or chunk holds more things (records, arguments, headers, levels…) than the limit.',
  MH_PROTO_INCOMPLETE: 'The stream of bytes ended in the middle of a message.',
  MH_PROTO_HANDSHAKE: 'A handshake request or response is malformed or refused.',
  MH_PROTO_NEGOTIATE: 'A negotiate response is malformed.',
  MH_PROTO_SEQUENCE: 'A Sequence or Ack does not fit what was sent and received.',
  MH_PROTO_UNENCODABLE: 'A value cannot be written in the chosen protocol.',
} as const;

/** One of the codes of {@link protocolErrorCodes}. */
export type ProtocolErrorCode = keyof typeof protocolErrorCodes;

const brand: unique symbol = Symbol.for('minihub.error') as never;

/**
 * The one error class of minihub. `code` is stable and documented; `message` is for people.
 * Recognise it with {@link MinihubError.is}: two copies of this package (ESM and CJS, two versions) recognise each other.
 */
export class MinihubError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: { readonly cause?: unknown }) {
    super(message);
    // ES5 output (mini programs) loses the prototype of classes that extend built-ins.
    Object.setPrototypeOf(this, new.target.prototype);
    this.name = 'MinihubError';
    this.code = code;
    if (options !== undefined && 'cause' in options) {
      Object.defineProperty(this, 'cause', { value: options.cause, configurable: true, writable: true });
    }
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether `value` is an error of minihub, from whichever copy of the package. */
  static is(value: unknown): value is MinihubError {
    return typeof value === 'object' && value !== null && (value as { [brand]?: unknown })[brand] === true;
  }
}

/** An error in what came from the wire, or in what was to be written to it. */
export type ProtocolError = MinihubError<ProtocolErrorCode>;

/** Makes a {@link ProtocolError}. */
export function protocolError(code: ProtocolErrorCode, message: string, cause?: unknown): ProtocolError {
  return cause === undefined ? new MinihubError(code, message) : new MinihubError(code, message, { cause });
}
