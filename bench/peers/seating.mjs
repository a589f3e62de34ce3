/**
 * Which groups a connection is in. The same for every peer, so that they compare: connection n is in group
 * `floor(n / size)`, and in `extra` further groups out of `groups` that nobody sends to. Publications go to the groups in turn.
 */
export class Seating {
  #members = 0;
  #turn = 0;

  /** @param {{ size?: number, extra?: number, groups?: number }} settings `size` 0: one group for everybody; -1: no groups */
  constructor({ size = 0, extra = 0, groups = 0 }) {
    this.size = size;
    this.extra = extra;
    this.groups = groups;
  }

  /** The groups of the next connection. @returns {string[]} */
  next() {
    if (this.size < 0) return [];
    const index = this.#members++;
    const names = [this.size === 0 ? 'all' : `g${Math.floor(index / this.size)}`];
    for (let i = 0; i < this.extra; i++) names.push(`x${(index * this.extra + i) % this.groups}`);
    return names;
  }

  /** The group that the next publication is for. */
  target() {
    if (this.size === 0) return 'all';
    return `g${this.#turn++ % Math.ceil(this.#members / this.size)}`;
  }

  /** Begins again: everybody has gone. */
  reset() {
    this.#members = 0;
    this.#turn = 0;
  }
}
