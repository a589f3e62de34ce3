import { weightOf } from './weight.ts';

/** Room in memory for the items of all uploads of one client that nobody has read yet. */
export class UploadRoom {
  readonly #maxBytes: number;
  readonly #onRoom: () => void;
  #bytes = 0;

  /**
   * @param maxBytes 0 turns the limit off
   * @param onRoom called when there is room again, for all uploads or in one that was full
   */
  constructor(maxBytes: number, onRoom: () => void) {
    this.#maxBytes = maxBytes;
    this.#onRoom = onRoom;
  }

  /** Whether the connection must wait before it delivers more. */
  get isFull(): boolean {
    return this.#maxBytes > 0 && this.#bytes >= this.#maxBytes;
  }

  /** Counts an item that waits; gives what it takes, for {@link UploadRoom.leave}. */
  enter(item: unknown): number {
    const bytes = this.#maxBytes > 0 ? weightOf(item, this.#maxBytes) : 0;
    this.#bytes += bytes;
    return bytes;
  }

  /**
   * Items that took so many bytes wait no more.
   * @param madeRoom whether their upload was full, and is not any more
   */
  leave(bytes: number, madeRoom: boolean): void {
    const wasFull = this.isFull;
    this.#bytes -= bytes;
    if (madeRoom || (wasFull && !this.isFull)) this.#onRoom();
  }
}
