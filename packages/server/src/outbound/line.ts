/** A place in a {@link Line}. */
export interface Place<Value> {
  readonly value: Value;
  before: Place<Value> | undefined;
  behind: Place<Value> | undefined;
}

/** Values in order, each of which can leave from the middle: a doubly linked list. */
export class Line<Value> {
  #first: Place<Value> | undefined;
  #last: Place<Value> | undefined;

  /** The value that has stood longest. */
  get first(): Value | undefined {
    return this.#first?.value;
  }

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  /** Puts a value at the end; the answer is its place, to be given to {@link Line.leave} once. */
  join(value: Value): Place<Value> {
    const place: Place<Value> = { value, before: this.#last, behind: undefined };
    if (this.#last === undefined) this.#first = place;
    else this.#last.behind = place;
    this.#last = place;
    return place;
  }

  /** Takes a value out. */
  leave(place: Place<Value>): void {
    const { before, behind } = place;
    if (before === undefined) this.#first = behind;
    else before.behind = behind;
    if (behind === undefined) this.#last = before;
    else behind.before = before;
  }
}
