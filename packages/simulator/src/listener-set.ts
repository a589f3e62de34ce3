/** The listeners of one event of a platform. */
export class ListenerSet<Event> {
  #listeners: ((event: Event) => void)[] = [];

  readonly on = (listener: (event: Event) => void): void => {
    this.#listeners.push(listener);
  };

  /** Without an argument removes every listener of the whole app, as WeChat does. */
  readonly off = (listener?: (event: Event) => void): void => {
    this.#listeners = listener === undefined ? [] : this.#listeners.filter((entry) => entry !== listener);
  };

  emit(event: Event): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}
