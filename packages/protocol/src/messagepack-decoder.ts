import { ByteAccumulator } from './byte-accumulator.ts';
import { incompleteMessage, messageTooLarge } from './close-errors.ts';
import type { DecoderLimits, HubDecoder, Utf8 } from './codec.ts';
import { MinihubError, type ProtocolError, protocolError } from './errors.ts';
import { MessagePackMessageReader } from './messagepack-message.ts';
import type { HubMessage } from './messages.ts';

/** Bytes of the longest length prefix, and the most that its last byte may hold: together 0x7fffffff. */
const maxPrefix = 5;
const maxLastByte = 0x07;

/** What {@link MessagePackDecoder.readPrefix} found. */
interface Prefix {
  readonly size: number;
  readonly length: number;
}

/** Cuts a stream of bytes into messages by their length prefixes. @see signalr.md 1.10 */
export class MessagePackDecoder implements HubDecoder {
  skippedMessages = 0;
  private heldBytes: ByteAccumulator | undefined;
  private heldPrefix: Prefix | undefined;
  private chunk: Uint8Array | undefined;
  private position = 0;
  private records = 0;
  private waiting: Uint8Array[] | undefined;
  private failure: ProtocolError | undefined;
  private readonly limits: DecoderLimits;
  private readonly utf8: Utf8;

  constructor(limits: DecoderLimits, utf8: Utf8) {
    this.limits = limits;
    this.utf8 = utf8;
  }

  get bufferedBytes(): number {
    return this.heldBytes === undefined ? 0 : this.heldBytes.length;
  }

  /** The beginning of an unfinished message, prefix included; made for the first, which most connections never have. */
  get held(): ByteAccumulator {
    this.heldBytes ??= new ByteAccumulator();
    return this.heldBytes;
  }

  push(given: string | Uint8Array): void {
    // Text cannot be turned back into the bytes that somebody decoded. What came before it is still delivered.
    const chunk = typeof given === 'string' ? textChunk : given;
    if (this.chunk === undefined) this.open(chunk);
    else {
      this.waiting ??= [];
      this.waiting.push(chunk);
    }
  }

  next(): HubMessage | undefined {
    if (this.failure !== undefined) throw this.failure;
    try {
      while (this.chunk !== undefined) {
        if (this.chunk === textChunk) {
          throw protocolError('MH_PROTO_INVALID_MSGPACK', 'MessagePack comes in bytes, and not as text.');
        }
        const message = this.bufferedBytes === 0 ? this.readInPlace(this.chunk) : this.readHeld(this.chunk);
        if (message !== undefined) return message;
        if (this.position >= this.chunk.length) this.open(this.waiting?.shift());
      }
      return undefined;
    } catch (error) {
      this.failure = MinihubError.is(error)
        ? (error as ProtocolError)
        : protocolError('MH_PROTO_INVALID_MSGPACK', 'The message cannot be read.', error);
      throw this.failure;
    }
  }

  end(): void {
    if (this.failure !== undefined) throw this.failure;
    if (this.bufferedBytes > 0) throw incompleteMessage();
  }

  private open(chunk: Uint8Array | undefined): void {
    this.chunk = chunk;
    this.position = 0;
    this.records = 0;
  }

  /** Reads from the chunk without copying; what is unfinished is held. */
  private readInPlace(chunk: Uint8Array): HubMessage | undefined {
    while (this.position < chunk.length) {
      const start = this.position;
      const prefix = this.readPrefix(chunk, start, chunk.length);
      const body = start + (prefix?.size ?? 0);
      if (prefix === undefined || prefix.length > chunk.length - body) {
        this.heldPrefix = prefix;
        this.held.append(chunk, start, chunk.length);
        this.position = chunk.length;
        return undefined;
      }
      this.position = body + prefix.length;
      const message = this.readBody(chunk, body, this.position);
      if (message !== undefined) return message;
    }
    return undefined;
  }

  /** Adds what is missing of the held message: first its prefix, byte by byte, then its body at once. */
  private readHeld(chunk: Uint8Array): HubMessage | undefined {
    const { held } = this;
    while (this.heldPrefix === undefined && this.position < chunk.length) {
      held.append(chunk, this.position, ++this.position);
      this.heldPrefix = this.readPrefix(held.bytes, 0, held.length);
    }
    const prefix = this.heldPrefix;
    if (prefix === undefined) return undefined;
    const missing = prefix.size + prefix.length - held.length;
    const end = Math.min(chunk.length, this.position + missing);
    held.append(chunk, this.position, end);
    this.position = end;
    if (held.length < prefix.size + prefix.length) return undefined;
    const message = this.readBody(held.bytes, prefix.size, held.length);
    held.clear();
    this.heldPrefix = undefined;
    return message;
  }

  private readBody(bytes: Uint8Array, start: number, end: number): HubMessage | undefined {
    const { maxRecordsPerChunk } = this.limits;
    this.records++;
    if (maxRecordsPerChunk > 0 && this.records > maxRecordsPerChunk) {
      throw protocolError('MH_PROTO_LIMIT_EXCEEDED', `A chunk holds more than ${maxRecordsPerChunk} messages.`);
    }
    const message = new MessagePackMessageReader({ bytes, start, end }, this.limits, this.utf8).read();
    if (message === undefined) this.skippedMessages++;
    return message;
  }

  /** The length prefix at `start`, or `undefined` when it is not whole. A length over the limit fails before the body comes. */
  private readPrefix(bytes: Uint8Array, start: number, end: number): Prefix | undefined {
    let length = 0;
    for (let size = 1; size <= maxPrefix && start + size <= end; size++) {
      const byte = bytes[start + size - 1] as number;
      if (size === maxPrefix && byte > maxLastByte) {
        throw protocolError('MH_PROTO_MESSAGE_TOO_LARGE', 'Messages over 2GB in size are not supported.');
      }
      length |= (byte & 0x7f) << (7 * (size - 1));
      if (byte < 0x80) {
        const { maxMessageBytes } = this.limits;
        if (maxMessageBytes > 0 && length > maxMessageBytes) throw messageTooLarge(maxMessageBytes);
        return { size, length };
      }
    }
    return undefined;
  }
}

/** Stands in the queue for a chunk that was text; compared by identity. */
const textChunk: Uint8Array = new Uint8Array(1);
