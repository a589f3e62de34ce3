import { constants, isUtf8 } from 'node:buffer';
import type { MinihubError } from '@minihub/protocol';
import { serverError } from '../errors.ts';
import {
  compressedBit,
  controlBit,
  faultOfHead,
  finBit,
  isCloseCode,
  isPlain,
  noCloseCode,
  opcodeBits,
  opcodes,
} from './frame-rules.ts';
import { type InflateFault, inflateMessage } from './inflate.ts';
import type { InflateTurns, TurnTaker } from './inflate-turns.ts';
import { type FrameHead, Unfinished } from './unfinished.ts';
import { unmask } from './unmask.ts';

/** Who is told what a client's frames say. Nothing is told after a close frame or a fault. */
export interface FrameReceiver extends TurnTaker {
  /** What the reader remembers of the client; `undefined` at first. Nobody else touches it. */
  unread: Unfinished | undefined;
  /** Whether messages are still wanted. Those that are not are read past, and not made. */
  readonly wantsMessages: boolean;
  /** Whether reading is held back, or waits: the rest of a chunk is kept then, for the next read. */
  readonly isPaused: boolean;
  /** The next message must wait to be inflated; nothing is to be read until {@link TurnTaker.takeTurn}. May be told again. */
  handleWait(): void;
  /** A whole message. The bytes may be a piece of what was read: who keeps them copies them. */
  handleMessage(data: Buffer, isBinary: boolean): void;
  handlePing(payload: Buffer): void;
  handlePong(payload: Buffer): void;
  /** The client's close frame; without a code it is 1005. */
  handleClose(code: number, reason: string): void;
  /** The client broke the rules, which the close code is to tell it. */
  handleFault(code: number, error: MinihubError): void;
}

/** What a {@link FrameReader} allows. */
export interface FrameLimits {
  /** The largest message, in bytes, compressed or not. 0 leaves the limit of strings, 512 MB. */
  readonly maxMessageBytes: number;
  /** Frames of one message, empty ones included. 0 turns the limit off. */
  readonly maxFragments: number;
  /** Whether compression was agreed on. */
  readonly mayCompress: boolean;
  /** What may be inflated in one turn of the event loop; without it, everything at once. */
  readonly turns?: InflateTurns | undefined;
}

/** What a client is told that breaks the rules. @see RFC 6455, 7.4.1 */
const faultCodes = {
  MH_SERVER_INVALID_FRAME: 1002,
  MH_SERVER_INVALID_PAYLOAD: 1007,
  MH_SERVER_TOO_MANY_FRAGMENTS: 1008,
  MH_SERVER_MESSAGE_TOO_LARGE: 1009,
} as const;

/** What is remembered of a client of which nothing more is read. */
const over = new Unfinished();
/** Where the next frame begins, when this one is not all there. */
const incomplete = -1;

/**
 * Takes the frames of clients apart, without I/O. One reader serves all connections with the same limits.
 *
 * Chunks are its to write in: payloads are unmasked where they are, and a message in one frame that came in one chunk, as
 * nearly all do, is handed out without being copied. Of what is not whole it keeps a copy, never the chunk.
 * @see RFC 6455, 5
 */
export class FrameReader {
  readonly #maxBytes: number;
  readonly #maxFragments: number;
  readonly #mayCompress: boolean;
  readonly #turns: InflateTurns | undefined;

  constructor({ maxMessageBytes, maxFragments, mayCompress, turns }: FrameLimits) {
    this.#maxBytes = Math.min(maxMessageBytes || Number.POSITIVE_INFINITY, constants.MAX_STRING_LENGTH);
    this.#maxFragments = maxFragments || Number.POSITIVE_INFINITY;
    this.#mayCompress = mayCompress;
    this.#turns = turns;
  }

  /** Reads the next chunk of a client; an empty one reads on in what was kept. */
  read(receiver: FrameReceiver, chunk: Buffer): void {
    const { unread } = receiver;
    if (unread === over) return;
    let bytes = chunk;
    let at = 0;
    if (unread !== undefined) {
      bytes = behind(unread.ahead, chunk);
      unread.ahead = undefined;
      if (unread.missing > 0) at = this.#readRest(receiver, unread, bytes, 0);
      else if (unread.isWhole) this.#finish(receiver, unread);
      else if (!unread.isInMessage) receiver.unread = undefined;
    }
    while (at < bytes.length && receiver.unread !== over) {
      const next = receiver.isPaused ? incomplete : this.#readFrame(receiver, bytes, at);
      if (next === incomplete) {
        receiver.unread ??= new Unfinished();
        // What was kept before is ours, and need not be copied each time: only when most of it has been read.
        const isMine = bytes !== chunk && bytes.buffer.byteLength <= 2 * (bytes.length - at);
        receiver.unread.ahead = isMine ? bytes.subarray(at) : copyOf(bytes, at);
        return;
      }
      at = next;
    }
  }

  /** Reads one frame; gives where the next begins. After a fault nobody asks for that. */
  #readFrame(receiver: FrameReceiver, bytes: Buffer, at: number): number {
    const end = bytes.length;
    if (end - at < 2) return incomplete;
    const first = bytes[at] as number;
    const second = bytes[at + 1] as number;
    const { unread } = receiver;
    if (unread !== undefined || !isPlain(first, second)) {
      const place = { isInMessage: unread !== undefined, mayCompress: this.#mayCompress };
      const fault = faultOfHead(first, second, place);
      if (fault !== undefined) return fail(receiver, 'MH_SERVER_INVALID_FRAME', fault);
    }
    const short = second & 0x7f;
    const maskAt = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    if (end < maskAt) return incomplete;
    const length = short < 126 ? short : longLength(bytes, at + 2, short === 126);
    const start = maskAt + 4;
    const stop = start + length;
    const isControl = (first & controlBit) !== 0;
    if (!isControl && !this.#isAllowed(receiver, length)) return end;
    if (end < (isControl ? stop : start)) return incomplete;
    const mask = bytes.readInt32BE(maskAt);
    const isWhole = unread === undefined && first >= finBit && stop <= end;
    if (!isControl && !isWhole) return this.#readPart(receiver, bytes, start, { first, length, mask });
    if ((first & compressedBit) !== 0 && !this.#mayInflate(receiver)) return incomplete;
    unmask(bytes, start, stop, mask);
    const payload = bytes.subarray(start, stop);
    if (isControl) readControl(receiver, first & opcodeBits, payload);
    else this.#deliver(receiver, first, payload);
    return stop;
  }

  /** Whether there may be a frame of that length in the message that has begun, or begins with it. */
  #isAllowed(receiver: FrameReceiver, length: number): boolean {
    const { unread } = receiver;
    if ((unread?.length ?? 0) + length > this.#maxBytes) {
      fail(receiver, 'MH_SERVER_MESSAGE_TOO_LARGE', `A message is larger than ${this.#maxBytes} bytes.`);
      return false;
    }
    if ((unread?.fragments ?? 0) >= this.#maxFragments) {
      fail(receiver, 'MH_SERVER_TOO_MANY_FRAGMENTS', `A message has more than ${this.#maxFragments} fragments.`);
      return false;
    }
    return true;
  }

  /** Begins a frame of a message that is not all there yet. */
  #readPart(receiver: FrameReceiver, bytes: Buffer, start: number, head: FrameHead): number {
    receiver.unread ??= new Unfinished();
    receiver.unread.begin(head);
    return this.#readRest(receiver, receiver.unread, bytes, start);
  }

  /** Reads on in a frame; gives where the next one begins, or where the chunk ends. */
  #readRest(receiver: FrameReceiver, unread: Unfinished, bytes: Buffer, start: number): number {
    const stop = unread.take(bytes, start, this.#maxBytes);
    if (unread.isWhole) this.#finish(receiver, unread);
    else if (receiver.wantsMessages && !unread.mayBecomeText()) failText(receiver);
    return stop;
  }

  /** All of a message has come. If it must wait, it stays where it is. */
  #finish(receiver: FrameReceiver, unread: Unfinished): void {
    if ((unread.first & compressedBit) !== 0 && !this.#mayInflate(receiver)) return;
    receiver.unread = undefined;
    this.#deliver(receiver, unread.first, unread.message);
  }

  /** Whether a message may be inflated now. If not, its receiver is told, and called when it is its turn. */
  #mayInflate(receiver: FrameReceiver): boolean {
    const turns = this.#turns;
    if (turns === undefined || turns.hasRoom || !receiver.wantsMessages) return true;
    turns.wait(receiver);
    receiver.handleWait();
    return false;
  }

  /** Hands out a message; `first` is the first byte of its first frame. */
  #deliver(receiver: FrameReceiver, first: number, message: Buffer): void {
    if (!receiver.wantsMessages) return;
    const data = (first & compressedBit) === 0 ? message : this.#inflate(message);
    const isBinary = (first & opcodeBits) === opcodes.binary;
    if (data === 'too-large') {
      fail(receiver, 'MH_SERVER_MESSAGE_TOO_LARGE', `A message inflates to more than ${this.#maxBytes} bytes.`);
    } else if (data === 'broken') {
      fail(receiver, 'MH_SERVER_INVALID_PAYLOAD', 'A compressed message is broken.');
    } else if (isBinary || isUtf8(data)) {
      receiver.handleMessage(data, isBinary);
    } else {
      failText(receiver);
    }
  }

  #inflate(message: Buffer): Buffer | InflateFault {
    const data = inflateMessage(message, this.#maxBytes);
    this.#turns?.spend(data === 'too-large' ? this.#maxBytes : data.length);
    return data;
  }
}

function behind(ahead: Buffer | undefined, chunk: Buffer): Buffer {
  if (ahead === undefined) return chunk;
  return chunk.length === 0 ? ahead : Buffer.concat([ahead, chunk]);
}

function longLength(bytes: Buffer, at: number, isShorter: boolean): number {
  return isShorter ? bytes.readUInt16BE(at) : bytes.readUInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
}

function copyOf(bytes: Buffer, start: number): Buffer {
  // Not of the pool: it may stay for long, and would keep 8 KB of it.
  const copy = Buffer.allocUnsafeSlow(bytes.length - start);
  bytes.copy(copy, 0, start);
  return copy;
}

function readControl(receiver: FrameReceiver, opcode: number, payload: Buffer): void {
  if (opcode === opcodes.ping) receiver.handlePing(payload);
  else if (opcode === opcodes.pong) receiver.handlePong(payload);
  else readClose(receiver, payload);
}

function readClose(receiver: FrameReceiver, payload: Buffer): void {
  const code = payload.length === 0 ? noCloseCode : payload.readUInt16BE(0);
  const reason = payload.subarray(2);
  if (payload.length > 0 && !isCloseCode(code)) {
    fail(receiver, 'MH_SERVER_INVALID_FRAME', `A close frame must not carry ${code}.`);
  } else if (!isUtf8(reason)) {
    fail(receiver, 'MH_SERVER_INVALID_PAYLOAD', 'The reason of a close frame is no UTF-8.');
  } else {
    receiver.unread = over;
    receiver.handleClose(code, reason.toString('utf8'));
  }
}

function failText(receiver: FrameReceiver): void {
  fail(receiver, 'MH_SERVER_INVALID_PAYLOAD', 'A text is no UTF-8.');
}

/** Ends the reading. What it gives is what a frame's reader gives, and nobody looks at any more. */
function fail(receiver: FrameReceiver, code: keyof typeof faultCodes, message: string): number {
  receiver.unread = over;
  receiver.handleFault(faultCodes[code], serverError(code, message));
  return 0;
}
