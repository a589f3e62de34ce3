/** A promise that a test fulfils itself. */
export interface Gate<Value = void> {
  readonly passed: Promise<Value>;
  open(value: Value): void;
}

/** Makes a gate. */
export function createGate<Value = void>(): Gate<Value> {
  let open!: (value: Value) => void;
  const passed = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** A list that can be waited for: each `next()` takes the oldest value that nobody has taken. */
export class Inbox<Value> {
  readonly #values: Value[] = [];
  readonly #waiters: ((value: Value) => void)[] = [];

  /** Values that nobody has taken. */
  get waiting(): number {
    return this.#values.length;
  }

  readonly put = (value: Value): void => {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#values.push(value);
    else waiter(value);
  };

  next(): Promise<Value> {
    if (this.#values.length > 0) return Promise.resolve(this.#values.shift() as Value);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }
}

/** Why a promise was rejected, as a text; official clients of old reject with strings, or with nothing at all. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<string> {
  let value: unknown;
  try {
    value = await promise;
  } catch (reason) {
    return reason instanceof Error ? reason.message : String(reason);
  }
  throw new Error(`Expected a failure, got ${JSON.stringify(value)}`);
}
