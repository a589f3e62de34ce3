import { ByteAccumulator } from './byte-accumulator.ts';
import { incompleteMessage, messageTooLarge } from './close-errors.ts';
import type { Utf8 } from './codec.ts';
import { protocolError } from './errors.ts';

/** What ends each JSON record, as a character. @see HubProtocol.md, "JSON Encoding" */
export const recordSeparator = '\u001e';

const separatorCode = 0x1e;

/** What a {@link RecordSplitter} must know. 0 turns a limit off. */
export interface RecordSplitterOptions {
  readonly maxMessageBytes: number;
  readonly maxRecordsPerChunk: number;
  readonly utf8: Utf8;
}

/**
 * Cuts a stream of strings and bytes at 0x1E. Bytes are decoded one record at a time, so a character may be split
 * between chunks. Every unit is looked at once: an unfinished record is kept, not searched again.
 */
export class RecordSplitter {
  /** Unfinished record, as `heldText` and behind it the bytes of `held`. */
  private heldText = '';
  private heldTextBytes = 0;
  private heldBytes: ByteAccumulator | undefined;

  private chunk: string | Uint8Array | undefined;
  private position = 0;
  private records = 0;
  private waiting: (string | Uint8Array)[] | undefined;
  private readonly options: RecordSplitterOptions;

  constructor(options: RecordSplitterOptions) {
    this.options = options;
  }

  /** UTF-8 bytes of the unfinished record. */
  get bufferedBytes(): number {
    return this.heldTextBytes + (this.heldBytes === undefined ? 0 : this.heldBytes.length);
  }

  /** What collects the bytes of an unfinished record; made for the first, which most connections never have. */
  get held(): ByteAccumulator {
    this.heldBytes ??= new ByteAccumulator();
    return this.heldBytes;
  }

  push(chunk: string | Uint8Array): void {
    if (this.chunk === undefined) this.open(chunk);
    else {
      this.waiting ??= [];
      this.waiting.push(chunk);
    }
  }

  /** The next record without its separator, or `undefined` when the chunks are used up. */
  nextRecord(): string | undefined {
    while (this.chunk !== undefined) {
      const chunk = this.chunk;
      const start = this.position;
      const end =
        typeof chunk === 'string' ? chunk.indexOf(recordSeparator, start) : chunk.indexOf(separatorCode, start);
      if (end >= 0) {
        this.position = end + 1;
        this.countRecord();
        return this.finishRecord(chunk, start, end);
      }
      if (start < chunk.length) this.hold(chunk, start, chunk.length);
      this.open(this.waiting?.shift());
    }
    return undefined;
  }

  /** What follows the last record that was given out; the splitter is empty afterwards. */
  takeRest(): readonly (string | Uint8Array)[] {
    const rest: (string | Uint8Array)[] = [];
    const { chunk, position } = this;
    if (chunk !== undefined && position < chunk.length) {
      rest.push(typeof chunk === 'string' ? chunk.slice(position) : chunk.subarray(position));
    }
    for (const waiting of this.waiting ?? []) if (waiting.length > 0) rest.push(waiting);
    this.waiting = undefined;
    this.open(undefined);
    return rest;
  }

  /** @throws MH_PROTO_INCOMPLETE inside a record */
  end(): void {
    if (this.bufferedBytes > 0) throw incompleteMessage();
  }

  private open(chunk: string | Uint8Array | undefined): void {
    this.chunk = chunk;
    this.position = 0;
    this.records = 0;
  }

  private countRecord(): void {
    const { maxRecordsPerChunk } = this.options;
    this.records++;
    if (maxRecordsPerChunk > 0 && this.records > maxRecordsPerChunk) {
      throw protocolError('MH_PROTO_LIMIT_EXCEEDED', `A chunk holds more than ${maxRecordsPerChunk} messages.`);
    }
  }

  private finishRecord(chunk: string | Uint8Array, start: number, end: number): string {
    const { utf8, maxMessageBytes } = this.options;
    if (this.bufferedBytes === 0) {
      // The usual case: the record lies in one chunk, and nothing is copied.
      if (typeof chunk !== 'string') {
        if (maxMessageBytes > 0 && end - start > maxMessageBytes) throw messageTooLarge(maxMessageBytes);
        return utf8.decode(chunk, start, end);
      }
      this.checkText(chunk, start, end);
      return chunk.slice(start, end);
    }
    this.hold(chunk, start, end);
    this.flushHeldBytes();
    const text = this.heldText;
    this.heldText = '';
    this.heldTextBytes = 0;
    return text;
  }

  private hold(chunk: string | Uint8Array, start: number, end: number): void {
    const { maxMessageBytes } = this.options;
    // Checked after adding: a chunk is in memory anyway, and it is the transport that bounds its size.
    if (typeof chunk === 'string') {
      if (end > start) this.flushHeldBytes();
      // A rope, which the engine flattens once, when the record is parsed.
      this.heldText += chunk.slice(start, end);
      this.heldTextBytes += countBytes(chunk, start, end);
    } else {
      this.held.append(chunk, start, end);
    }
    if (maxMessageBytes > 0 && this.bufferedBytes > maxMessageBytes) throw messageTooLarge(maxMessageBytes);
  }

  /** Moves the held bytes to the held text. Text cannot finish a character that bytes have begun: that is an error. */
  private flushHeldBytes(): void {
    const held = this.heldBytes;
    if (held === undefined || held.length === 0) return;
    this.heldText += this.options.utf8.decode(held.bytes, 0, held.length);
    this.heldTextBytes += held.length;
    held.clear();
  }

  /** The limit is in bytes; most strings are proved small, or too large, by their length alone. */
  private checkText(text: string, start: number, end: number): void {
    const { maxMessageBytes } = this.options;
    const units = end - start;
    if (maxMessageBytes === 0 || units * 3 <= maxMessageBytes) return;
    if (units > maxMessageBytes || countBytes(text, start, end) > maxMessageBytes)
      throw messageTooLarge(maxMessageBytes);
  }
}

/** UTF-8 bytes of a part of `text`. Each half of a surrogate pair counts 2, so that a pair may be split between strings. */
function countBytes(text: string, start: number, end: number): number {
  let bytes = end - start;
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
