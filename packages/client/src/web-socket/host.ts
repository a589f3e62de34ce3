/**
 * Time and timers of the host. The client uses no other globals than these and ECMAScript's own.
 * A test (or a simulated phone) hands in its own.
 */
export interface HostTimers {
  /** The wall clock, in milliseconds since 1970. It must go on while timers are frozen. */
  now(): number;
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(handle: unknown): void;
}

declare function setTimeout(callback: () => void, delayMs: number): unknown;
declare function clearTimeout(handle: unknown): void;

/** The host's timers, looked up at each call, so that a test's fake timers are seen even when installed later. */
export const hostTimers: HostTimers = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (handle) => {
    clearTimeout(handle);
  },
};
