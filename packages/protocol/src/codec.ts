import type { HubMessage } from './messages.ts';

/** What a transport can carry: whole strings, or bytes. Named as in negotiate. */
export type TransferFormat = 'Text' | 'Binary';

/**
 * Limits of a decoder. They count things, not only bytes; 0 turns one off.
 * Reaching one is a protocol error, which ends the connection.
 */
export interface DecoderLimits {
  /** The largest hub message, in bytes, without its delimiter or length prefix. @defaultValue 32_768 (as SignalR) */
  readonly maxMessageBytes: number;
  /** Hub messages in one chunk of the transport. @defaultValue 16_384 */
  readonly maxRecordsPerChunk: number;
  /** Arguments of one invocation. @defaultValue 256 */
  readonly maxArguments: number;
  /** Stream ids of one invocation. @defaultValue 64 */
  readonly maxStreamIds: number;
  /** Headers of one message. @defaultValue 64 */
  readonly maxHeaders: number;
  /** Nesting of arrays and objects, the message itself being level 1. @defaultValue 64 (as SignalR) */
  readonly maxDepth: number;
  /** Entries of one MessagePack map or array inside a value. @defaultValue 65_536 */
  readonly maxCollectionItems: number;
}

/** Text to bytes and back. The built-in one is plain JavaScript; on Node pass one made on `Buffer`. */
export interface Utf8 {
  /** The UTF-8 bytes of `text`; a lone surrogate becomes U+FFFD. */
  encode(text: string): Uint8Array;
  /** The text of bytes `start` to `end`. @throws MH_PROTO_INVALID_UTF8 */
  decode(bytes: Uint8Array, start: number, end: number): string;
}

/**
 * Turns a stream of chunks into hub messages. Incremental: any split of the stream gives the same messages.
 * Pull-based, so that the messages before a malformed one are still delivered, and a reader can stop in between.
 */
export interface HubDecoder {
  /** Adds a chunk. Keeps no reference to its buffer after {@link HubDecoder.next} has returned `undefined`. */
  push(chunk: string | Uint8Array): void;
  /**
   * The next whole message, or `undefined` when more bytes are needed. Unknown message types are skipped.
   * @throws a {@link ProtocolError}; the decoder is then of no further use and throws the same error again.
   */
  next(): HubMessage | undefined;
  /** Says that the stream has ended. @throws MH_PROTO_INCOMPLETE when it ended inside a message */
  end(): void;
  /** Messages of unknown types that were read and skipped so far. Absent: nobody counted. */
  readonly skippedMessages?: number;
  /** Bytes held back until their message is whole. */
  readonly bufferedBytes: number;
}

/** A hub protocol: JSON or MessagePack. Pure and stateless; decoders hold the state. */
export interface HubCodec {
  /** The name in the handshake: `json` or `messagepack`. */
  readonly name: string;
  /** The transfer format that the encoded form needs. */
  readonly transferFormat: TransferFormat;
  /** The framed message: text (JSON) or bytes (MessagePack). @throws MH_PROTO_UNENCODABLE */
  encode(message: HubMessage): string | Uint8Array;
  /** A decoder for one stream. Members of `limits` that are absent have their defaults. */
  createDecoder(limits?: Partial<DecoderLimits>): HubDecoder;
}
