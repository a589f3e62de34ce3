import { type HubMessage, MessageType } from '@minihub/protocol';
import { type ClientError, exceeded } from '../errors.ts';
import { utf8Length } from '../web-socket/text.ts';

/** A message that waits for a connection, encoded when it was given. */
export interface Waiting {
  frame: string | Uint8Array;
  readonly message: HubMessage;
  readonly at: number;
  readonly done: (error?: ClientError) => void;
}

/** What the queue may hold; 0 turns a limit off. */
export interface QueueLimits {
  readonly maxQueuedBytes: number;
  readonly maxQueuedMs: number;
}

function sizeOf({ frame }: Waiting): number {
  return typeof frame === 'string' ? utf8Length(frame) : frame.length;
}

/** Messages that wait for a connection, oldest first. What leaves the queue is sent once or refused, never both. */
export class SendQueue {
  private entries: Waiting[] = [];
  private bytes = 0;
  private readonly limits: QueueLimits;

  constructor(limits: QueueLimits) {
    this.limits = limits;
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** When {@link expire} has something to do. */
  get expiresAt(): number {
    const { entries, limits } = this;
    const { maxQueuedMs } = limits;
    // No destructuring of arrays: in ES5 that takes a helper.
    const oldest = entries.length > 0 ? entries[0] : undefined;
    return !oldest || maxQueuedMs === 0 ? Number.POSITIVE_INFINITY : oldest.at + maxQueuedMs;
  }

  /** @returns why it is not taken */
  add(entry: Waiting): ClientError | undefined {
    const { maxQueuedBytes } = this.limits;
    const bytes = this.bytes + sizeOf(entry);
    if (maxQueuedBytes > 0 && bytes > maxQueuedBytes) {
      return exceeded('MH_CLIENT_QUEUE_FULL', 'maxQueuedBytes', maxQueuedBytes);
    }
    this.bytes = bytes;
    this.entries.push(entry);
    return undefined;
  }

  /** Takes an entry out; false when it is not there any more. */
  remove(entry: Waiting): boolean {
    const at = this.entries.indexOf(entry);
    if (at < 0) return false;
    this.entries.splice(at, 1);
    this.bytes -= sizeOf(entry);
    return true;
  }

  /** The oldest entry. */
  take(): Waiting | undefined {
    const entry = this.entries.shift();
    if (entry) this.bytes -= sizeOf(entry);
    return entry;
  }

  /** Refuses what is too old. */
  expire(now: number): void {
    while (this.expiresAt <= now) {
      const { maxQueuedMs } = this.limits;
      this.take()?.done(exceeded('MH_CLIENT_QUEUE_EXPIRED', 'maxQueuedMs', maxQueuedMs));
    }
  }

  /**
   * Takes out everything, or what only the session that has ended would understand: answers, items, cancellations.
   * @returns tells those who are concerned
   */
  refuse(error: ClientError, all: boolean): () => void {
    const gone = this.entries.filter(({ message: { type } }) => {
      return all || (type !== MessageType.Invocation && type !== MessageType.StreamInvocation);
    });
    gone.forEach((entry) => {
      this.remove(entry);
    });
    return () => {
      gone.forEach((entry) => {
        entry.done(error);
      });
    };
  }
}
