import type { Batch } from './batch.ts';
import { Line, type Place } from './line.ts';
import type { SlowClientPolicy } from './send-options.ts';

/** Says that a message may be dropped. */
export interface Droppable {
  /** Messages of one key belong together. */
  readonly key: string | undefined;
  /** The policy that allows it. */
  readonly policy: SlowClientPolicy;
}

/** A message that was dropped. */
export interface DroppedMessage {
  readonly byteLength: number;
  readonly policy: SlowClientPolicy;
}

/** A message that is held back. */
interface Held {
  readonly batch: Batch;
  readonly droppable: Droppable | undefined;
  place: Place<Held>;
  amongDroppable: Place<Held> | undefined;
  amongKey: Place<Held> | undefined;
}

/**
 * The messages that wait for a client that does not keep up, in order. Some of them may be dropped: the oldest, the
 * oldest of a key, or all of a key. Everything here takes constant time, however long the line is.
 */
export class Backlog {
  readonly #all = new Line<Held>();
  readonly #droppable = new Line<Held>();
  readonly #byKey = new Map<string, Line<Held>>();
  #byteLength = 0;
  #length = 0;

  /** Bytes in all. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Messages in all. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of the oldest; 0 when nothing waits. */
  get firstBytes(): number {
    return this.#all.first?.batch.byteLength ?? 0;
  }

  /** Puts a batch of one at the end; with `droppable` it may be dropped. */
  add(batch: Batch, droppable: Droppable | undefined): void {
    const held = { batch, droppable, amongDroppable: undefined, amongKey: undefined } as unknown as Held;
    held.place = this.#all.join(held);
    if (droppable !== undefined) {
      held.amongDroppable = this.#droppable.join(held);
      if (droppable.key !== undefined) held.amongKey = this.#line(droppable.key).join(held);
    }
    this.#byteLength += batch.byteLength;
    this.#length++;
  }

  /** Takes the oldest. */
  shift(): Batch | undefined {
    const held = this.#all.first;
    if (held !== undefined) this.#remove(held);
    return held?.batch;
  }

  /** Drops the oldest that may be dropped, of a key if one is given; `undefined` if there is none. */
  dropOldest(key?: string): DroppedMessage | undefined {
    const held = (key === undefined ? this.#droppable : this.#byKey.get(key))?.first;
    if (held?.droppable === undefined) return undefined;
    this.#remove(held);
    return { byteLength: held.batch.byteLength, policy: held.droppable.policy };
  }

  #line(key: string): Line<Held> {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const line = new Line<Held>();
    this.#byKey.set(key, line);
    return line;
  }

  #remove(held: Held): void {
    this.#all.leave(held.place);
    if (held.amongDroppable !== undefined) this.#droppable.leave(held.amongDroppable);
    const key = held.droppable?.key;
    if (held.amongKey !== undefined && key !== undefined) {
      const line = this.#byKey.get(key);
      line?.leave(held.amongKey);
      if (line?.isEmpty) this.#byKey.delete(key);
    }
    this.#byteLength -= held.batch.byteLength;
    this.#length--;
  }
}
