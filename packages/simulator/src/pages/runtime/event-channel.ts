type Listener = (...args: unknown[]) => void;

/** One end of a channel between a page and the page that opened it. */
export interface ChannelEnd {
  on(name: string, listener: Listener): void;
  once(name: string, listener: Listener): void;
  off(name: string, listener?: Listener): void;
  emit(name: string, ...args: unknown[]): void;
}

/** Both ends: what `navigateTo` gives its caller, and what the opened page gets. */
export interface EventChannel {
  readonly opener: ChannelEnd;
  readonly opened: ChannelEnd;
}

class Listeners {
  readonly #all: { readonly name: string; readonly listener: Listener; readonly once: boolean }[] = [];

  add(name: string, listener: Listener, once: boolean): void {
    this.#all.push({ name, listener, once });
  }

  remove(name: string, listener?: Listener): void {
    for (let at = this.#all.length - 1; at >= 0; at--) {
      const entry = this.#all[at];
      if (entry?.name === name && (listener === undefined || entry.listener === listener)) this.#all.splice(at, 1);
    }
  }

  tell(name: string, args: unknown[]): void {
    for (const entry of this.#all.filter((one) => one.name === name)) {
      if (entry.once) this.remove(name, entry.listener);
      entry.listener(...args);
    }
  }
}

/** Makes a channel between two pages. */
export function createEventChannels(): EventChannel {
  const sides = [new Listeners(), new Listeners()] as const;
  const end = (own: Listeners, other: Listeners): ChannelEnd => ({
    on: (name, listener) => own.add(name, listener, false),
    once: (name, listener) => own.add(name, listener, true),
    off: (name, listener) => own.remove(name, listener),
    emit: (name, ...args) => other.tell(name, args),
  });
  return { opener: end(sides[0], sides[1]), opened: end(sides[1], sides[0]) };
}
