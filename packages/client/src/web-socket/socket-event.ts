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
export function show(target: object, members: object | undefined): void {
  for (const name in members) {
    const value = (members as { [name: string]: unknown })[name];
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true });
  }
}

/** The tag by which `Object.prototype.toString` knows a thing. */
export function tag(target: object, value: string): void {
  Object.defineProperty(target, Symbol.toStringTag, { value, configurable: true });
}

const nothing = (): void => {};

// The others come with the dispatch.
const basics = {
  bubbles: false,
  cancelable: false,
  composed: false,
  defaultPrevented: false,
  returnValue: true,
  cancelBubble: false,
  isTrusted: true,
  eventPhase: 0,
  NONE: 0,
  CAPTURING_PHASE: 1,
  AT_TARGET: 2,
  BUBBLING_PHASE: 3,
  preventDefault: nothing,
  stopPropagation: nothing,
  initEvent: nothing,
};

// Beside what a session tells.
const details: { readonly [type: string]: object } = {
  message: { lastEventId: '', source: null, ports: Object.freeze([]) },
  error: { filename: '', lineno: 0, colno: 0 },
};

const prototypes: { [kind: string]: object } = {};

/** Where the host has the classes of events, ours are instances of them; every member is our own all the same. */
function makePrototype(type: string): object {
  const kind = type === 'message' ? 'MessageEvent' : type === 'close' ? 'CloseEvent' : 'Event';
  const hostClasses = { Event: HostEvent, MessageEvent: HostMessageEvent, CloseEvent: HostCloseEvent };
  const made = HostEvent === undefined ? {} : (Object.create((hostClasses[kind] ?? HostEvent).prototype) as object);
  show(made, basics);
  show(made, details[type]);
  tag(made, kind);
  prototypes[type] = made;
  return made;
}

/** Makes an event with these members. */
export function createEvent(members: { readonly type: string }, origin: string): SocketEvent {
  const { type } = members;
  const event = Object.create(prototypes[type] || makePrototype(type)) as SocketEvent;
  show(event, members);
  show(event, { timeStamp: Date.now() });
  if (type === 'message') show(event, { origin });
  return event;
}
