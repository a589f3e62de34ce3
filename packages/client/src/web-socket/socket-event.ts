import { HostCloseEvent, HostEvent, HostMessageEvent } from './host-class.ts';

/** An event of the class: the members of DOM's Event. Those of MessageEvent and CloseEvent come with the kind. */
export interface SocketEvent {
  readonly type: string;
  readonly bubbles: boolean;
  readonly cancelable: boolean;
  readonly composed: boolean;
  readonly defaultPrevented: boolean;
  readonly isTrusted: boolean;
  readonly timeStamp: number;
  readonly eventPhase: number;
  readonly target: unknown;
  readonly srcElement: unknown;
  readonly currentTarget: unknown;
  stopImmediatePropagation(): void;
  /** Does nothing: no event of a WebSocket can be cancelled. */
  preventDefault(): void;
  /** Does nothing: a WebSocket has no parent to propagate to. */
  stopPropagation(): void;
  composedPath(): unknown[];
}

/** Defines read-only members that show in a console. */
export function show(target: object, members: object): void {
  for (const name in members) {
    const value = (members as { [name: string]: unknown })[name];
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true });
  }
}

/** The tag by which `Object.prototype.toString` knows a thing. Old engines have none. */
export function tag(target: object, value: string): void {
  if (typeof Symbol === 'function' && Symbol.toStringTag !== undefined) {
    Object.defineProperty(target, Symbol.toStringTag, { value, configurable: true });
  }
}

const nothing = (): void => {};

const basics = {
  bubbles: false,
  cancelable: false,
  composed: false,
  defaultPrevented: false,
  returnValue: true,
  cancelBubble: false,
  isTrusted: true,
  target: null,
  srcElement: null,
  currentTarget: null,
  eventPhase: 0,
  NONE: 0,
  CAPTURING_PHASE: 1,
  AT_TARGET: 2,
  BUBBLING_PHASE: 3,
  preventDefault: nothing,
  stopPropagation: nothing,
  stopImmediatePropagation: nothing,
  composedPath: () => [],
  initEvent: nothing,
};

const prototypes: { [kind: string]: object } = {};

/** Where the host has the classes of events, ours are instances of them; every member is our own all the same. */
function prototypeOf(kind: 'Event' | 'MessageEvent' | 'CloseEvent'): object {
  let made = prototypes[kind];
  if (made === undefined) {
    const own = { Event: HostEvent, MessageEvent: HostMessageEvent, CloseEvent: HostCloseEvent };
    made = Object.create((HostEvent === undefined ? Object : (own[kind] ?? HostEvent)).prototype) as object;
    prototypes[kind] = made;
    show(made, basics);
    tag(made, kind);
  }
  return made;
}

/** Makes the event of a type. */
export function createEvent(type: string, members?: object): SocketEvent {
  const kind = type === 'message' ? 'MessageEvent' : type === 'close' ? 'CloseEvent' : 'Event';
  const event = Object.create(prototypeOf(kind)) as SocketEvent;
  show(event, { type, timeStamp: Date.now() });
  if (members !== undefined) show(event, members);
  return event;
}
