interface HostClass {
  new (): object;
  readonly prototype: object;
}

// What the standard builds on, where the host has it. A mini program has none of it, and the module wrapper hides `URL`.
declare const DOMException: (new (message: string, name: string) => Error) | undefined;
declare const EventTarget: HostClass | undefined;
declare const Event: HostClass | undefined;
declare const MessageEvent: HostClass | undefined;
declare const CloseEvent: HostClass | undefined;
declare const URL: (new (url: string, base?: string) => { href: string }) | undefined;
declare const location: { readonly href?: string } | undefined;

// Each is undefined where the host has none. A build for mini programs has `undefined` in the place of these names, and so
// nothing of what depends on them.

/** The host's DOMException. */
export const HostException: typeof DOMException = typeof DOMException === 'function' ? DOMException : undefined;

/** The host's EventTarget. */
export const HostEventTarget: typeof EventTarget = typeof EventTarget === 'function' ? EventTarget : undefined;

/** The host's Event. */
export const HostEvent: typeof Event = typeof Event === 'function' ? Event : undefined;

/** The host's MessageEvent. */
export const HostMessageEvent: typeof MessageEvent = typeof MessageEvent === 'function' ? MessageEvent : undefined;

/** The host's CloseEvent. */
export const HostCloseEvent: typeof CloseEvent = typeof CloseEvent === 'function' ? CloseEvent : undefined;

/** The host's URL. */
export const HostUrl: typeof URL = typeof URL === 'function' ? URL : undefined;

/** What relative URLs are resolved against: the page's address, in a browser. */
export function baseUrl(): string | undefined {
  return typeof location === 'object' ? location.href : undefined;
}
