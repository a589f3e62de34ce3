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

/** The host's classes by name, asked for by `typeof`; undefined where it has none. */
export const hostClass: {
  readonly Exception: typeof DOMException;
  readonly EventTarget: HostClass | undefined;
  readonly Event: HostClass | undefined;
  readonly MessageEvent: HostClass | undefined;
  readonly CloseEvent: HostClass | undefined;
  readonly URL: typeof URL;
} = {
  Exception: typeof DOMException === 'function' ? DOMException : undefined,
  EventTarget: typeof EventTarget === 'function' ? EventTarget : undefined,
  Event: typeof Event === 'function' ? Event : undefined,
  MessageEvent: typeof MessageEvent === 'function' ? MessageEvent : undefined,
  CloseEvent: typeof CloseEvent === 'function' ? CloseEvent : undefined,
  URL: typeof URL === 'function' ? URL : undefined,
};

/** What relative URLs are resolved against: the page's address, in a browser. */
export function baseUrl(): string | undefined {
  return typeof location === 'object' ? location.href : undefined;
}
