/** An event of the class: the members of DOM's Event, and by kind those of MessageEvent, CloseEvent or ErrorEvent. */
export class SocketEvent {
  readonly type: string;
  readonly bubbles: boolean = false;
  readonly cancelable: boolean = false;
  readonly composed: boolean = false;
  readonly defaultPrevented: boolean = false;
  readonly isTrusted: boolean = true;
  readonly timeStamp: number = Date.now();
  eventPhase: number = 0;
  target: unknown = null;
  currentTarget: unknown = null;
  /** Set by stopImmediatePropagation. */
  stopped: boolean = false;

  constructor(type: string, members?: object) {
    this.type = type;
    for (const name in members) {
      (this as unknown as { [name: string]: unknown })[name] = (members as { [name: string]: unknown })[name];
    }
  }

  get srcElement(): unknown {
    return this.target;
  }

  stopImmediatePropagation(): void {
    this.stopped = true;
  }

  /** Does nothing: no event of a WebSocket can be cancelled. */
  preventDefault(): void {}

  /** Does nothing: a WebSocket has no parent to propagate to. */
  stopPropagation(): void {}

  composedPath(): unknown[] {
    return this.currentTarget === null ? [] : [this.currentTarget];
  }
}
