import type { RawLimits } from '../defaults.ts';
import type { RawDisconnectInfo } from './raw-handler.ts';

// Events that are done and still in the list, before it is copied without them.
const maxTaken = 1_024;

/** What happens to a connection, as its handler is told. */
export type RawEvent =
  | { readonly type: 'connecting' }
  | { readonly type: 'message'; readonly data: string | Buffer }
  | { readonly type: 'disconnected'; readonly info: RawDisconnectInfo };

/** What may wait before the socket is read no further. */
export type RawInboxLimits = Pick<RawLimits, 'maxPendingMessages' | 'maxPendingBytes'>;

/** What a {@link RawInbox} works for. */
export interface RawInboxOwner {
  /** Handles an event; the next comes when a promise that it returns is settled. */
  handle(event: RawEvent): unknown;
  /** An event is done: its handler has finished. */
  handled(event: RawEvent): void;
  /** The handler of an event threw. */
  handleFailed(event: RawEvent, error: unknown): void;
  /** Too many events wait, or (false) there is room again. */
  inboxFull(isFull: boolean): void;
}

/**
 * The events of one connection on their way to its handler: one after another, in order, each finished before the
 * next. It says when the socket should be read no further, and when again.
 */
export class RawInbox {
  readonly #owner: RawInboxOwner;
  readonly #limits: RawInboxLimits;
  #waiting: RawEvent[] = [];
  // Where the line begins: `shift` would move everything behind for each of ten thousand small messages of one read.
  #head = 0;
  #isBusy = false;
  #isFull = false;
  #waitingBytes = 0;

  constructor(owner: RawInboxOwner, limits: RawInboxLimits) {
    this.#owner = owner;
    this.#limits = limits;
  }

  /** Whether a handler runs. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Adds an event behind those that wait. */
  add(event: RawEvent): void {
    this.#waiting.push(event);
    this.#waitingBytes += bytesOf(event);
    this.#run();
  }

  /** Forgets the messages that wait. */
  dropMessages(): void {
    this.#waiting = this.#waiting.slice(this.#head).filter(({ type }) => type !== 'message');
    this.#head = 0;
    this.#waitingBytes = 0;
  }

  #run(): void {
    while (!this.#isBusy) {
      const event = this.#next();
      if (event === undefined) break;
      this.#isBusy = true;
      this.#start(event);
    }
    this.#tellFull();
  }

  #next(): RawEvent | undefined {
    const event = this.#waiting[this.#head];
    if (event === undefined) return undefined;
    this.#head++;
    this.#waitingBytes -= bytesOf(event);
    if (this.#head === this.#waiting.length || this.#head === maxTaken) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    return event;
  }

  #start(event: RawEvent): void {
    let result: unknown;
    try {
      result = this.#owner.handle(event);
    } catch (error) {
      this.#failed(event, error);
      return;
    }
    if (!isThenable(result)) {
      this.#done(event);
      return;
    }
    // Only asynchronous handlers start the loop again: synchronous ones would go a level deeper with each message.
    void Promise.resolve(result)
      .then(
        () => this.#done(event),
        (error: unknown) => this.#failed(event, error),
      )
      .then(() => this.#run());
  }

  #done(event: RawEvent): void {
    this.#isBusy = false;
    this.#owner.handled(event);
  }

  #failed(event: RawEvent, error: unknown): void {
    this.#isBusy = false;
    this.#owner.handleFailed(event, error);
  }

  /** Full at the limit, with room again at half of it, so that the socket is not stopped and started all the time. */
  #tellFull(): void {
    const waiting = this.#waiting.length - this.#head;
    const { maxPendingMessages, maxPendingBytes } = this.#limits;
    const bytes = maxPendingBytes > 0 ? this.#waitingBytes / maxPendingBytes : 0;
    const isFull = this.#isFull
      ? waiting > maxPendingMessages >> 1 || bytes > 0.5
      : waiting >= maxPendingMessages || bytes >= 1;
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    this.#owner.inboxFull(isFull);
  }
}

function bytesOf(event: RawEvent): number {
  return event.type === 'message' ? event.data.length : 0;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
