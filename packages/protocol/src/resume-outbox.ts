import { MinihubError } from './errors.ts';
import { type HubMessage, MessageType } from './messages.ts';

/**
 * Whether a message is counted and kept by stateful reconnect: types 1 to 5.
 * @see signalr.md 1.12, "Numbering"
 */
export function isTrackable(message: HubMessage): boolean {
  return message.type <= MessageType.CancelInvocation;
}

/** Bytes that may wait for an Ack before sending has to wait. @defaultValue 100_000 (as SignalR) */
export const defaultResumeBufferBytes = 100_000;

/** What is sent first on a new transport: a Sequence with this id, then the frames, unchanged. */
export interface ResumeStart<Frame> {
  readonly sequenceId: number;
  readonly frames: readonly Frame[];
}

/** What a {@link ResumeOutbox} may be given. */
export interface ResumeOutboxOptions {
  /** The limit of {@link ResumeOutbox.isFull}, in bytes; 0 turns it off. @defaultValue 100_000 */
  readonly maxBytes?: number;
}

/**
 * The sending side of stateful reconnect: numbers the trackable messages from 1, and keeps their frames until the
 * peer has acknowledged them. Pure: it neither sends nor waits.
 */
export interface ResumeOutbox<Frame extends string | Uint8Array> {
  /** The id of the last message; 0 before the first. */
  readonly sentId: number;
  /** The highest id that the peer has acknowledged. */
  readonly acknowledgedId: number;
  /** Bytes of the frames that are kept. */
  readonly bufferedBytes: number;
  /** More than `maxBytes` wait for an Ack: new messages are to wait too. What is added all the same is kept. */
  readonly isFull: boolean;
  /**
   * Keeps the frame of the next trackable message, and gives its id.
   * `bytes` is its size; by default its `length`, which for a string that is not ASCII is somewhat less.
   */
  add(frame: Frame, bytes?: number): number;
  /** Drops what an Ack covers. An id below an earlier one is ignored. @throws MH_PROTO_SEQUENCE above {@link sentId} */
  acknowledge(sequenceId: number): void;
  /** What to send first after a reattach. Changes nothing: the next reattach may have to send it again. */
  resume(): ResumeStart<Frame>;
}

/** Makes the sending side of one stateful connection. */
export function createResumeOutbox<Frame extends string | Uint8Array>(
  options: ResumeOutboxOptions = {},
): ResumeOutbox<Frame> {
  return new Outbox<Frame>(options.maxBytes ?? defaultResumeBufferBytes);
}

class Outbox<Frame extends string | Uint8Array> implements ResumeOutbox<Frame> {
  acknowledgedId = 0;
  bufferedBytes = 0;

  private readonly entries: { readonly frame: Frame; readonly bytes: number }[] = [];
  private readonly maxBytes: number;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get sentId(): number {
    return this.acknowledgedId + this.entries.length;
  }

  get isFull(): boolean {
    return this.maxBytes > 0 && this.bufferedBytes > this.maxBytes;
  }

  add(frame: Frame, bytes: number = frame.length): number {
    this.entries.push({ frame, bytes });
    this.bufferedBytes += bytes;
    return this.sentId;
  }

  acknowledge(sequenceId: number): void {
    const { sentId, entries } = this;
    if (sequenceId > sentId) {
      throw new MinihubError('MH_PROTO_SEQUENCE', `The peer acknowledged ${sequenceId} of ${sentId} messages.`);
    }
    if (!(sequenceId > this.acknowledgedId)) return;
    entries.splice(0, sequenceId - this.acknowledgedId).forEach(({ bytes }) => {
      this.bufferedBytes -= bytes;
    });
    this.acknowledgedId = sequenceId;
  }

  resume(): ResumeStart<Frame> {
    return { sequenceId: this.acknowledgedId + 1, frames: this.entries.map(({ frame }) => frame) };
  }
}
