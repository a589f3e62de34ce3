import type { MinihubError } from '@minihub/protocol';
import type { FrameReader, FrameReceiver } from '../../../src/web-socket/frame-reader.ts';
import type { Unfinished } from '../../../src/web-socket/unfinished.ts';

/** What a reader has told, in the form in which it can be compared: bytes in hex. */
export type FrameEvent =
  | readonly ['text' | 'binary' | 'ping' | 'pong', string]
  | readonly ['close', number, string]
  | readonly ['fault', number];

/** Remembers what it is told. */
export class RecordingReceiver implements FrameReceiver {
  unread: Unfinished | undefined;
  wantsMessages = true;
  isPaused = false;
  /** How often it had to wait for a turn. */
  waits = 0;
  /** Called when it is its turn. */
  onTurn: (() => void) | undefined;
  readonly events: FrameEvent[] = [];
  /** The messages themselves, as they were handed out. */
  readonly messages: Buffer[] = [];
  readonly errors: MinihubError[] = [];
  /** Called after each message. */
  onMessage: (() => void) | undefined;

  handleWait(): void {
    this.isPaused = true;
    this.waits++;
  }

  takeTurn(): void {
    this.isPaused = false;
    this.onTurn?.();
  }

  handleMessage(data: Buffer, isBinary: boolean): void {
    this.messages.push(data);
    this.events.push([isBinary ? 'binary' : 'text', data.toString('hex')]);
    this.onMessage?.();
  }

  handlePing(payload: Buffer): void {
    this.events.push(['ping', payload.toString('hex')]);
  }

  handlePong(payload: Buffer): void {
    this.events.push(['pong', payload.toString('hex')]);
  }

  handleClose(code: number, reason: string): void {
    this.events.push(['close', code, reason]);
  }

  handleFault(code: number, error: MinihubError): void {
    this.events.push(['fault', code]);
    this.errors.push(error);
  }
}

/** What a reader tells of chunks, of which it gets copies: it writes in them. */
export function eventsOf(reader: FrameReader, chunks: readonly Uint8Array[]): FrameEvent[] {
  const receiver = new RecordingReceiver();
  for (const chunk of chunks) reader.read(receiver, Buffer.from(chunk));
  return receiver.events;
}
