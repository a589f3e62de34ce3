/**
 * Where an engine is. `Waiting`: for the time, the foreground or the network, before the next attempt. `Opening`: an attempt
 * is under way, from the request for a token to the answer to the handshake. `Closing`: Close was said.
 * Numbers, in this order: below `Waiting` nothing can be sent, nor will be.
 */
export const Phase = { Off: 0, Closing: 1, Waiting: 2, Opening: 3, Open: 4 } as const;
export type Phase = (typeof Phase)[keyof typeof Phase];

/**
 * What can happen to an engine.
 * `Due`: the time that was waited for has come, or the deadline of an attempt or of a close. `Opened`: the transport is open.
 * `Ready`: the session is. `Lost`: the attempt, the transport or the session has failed. `Ended`: the server has said Close.
 *
 * The rest is what a phone tells. `Network`: there is one, and it may be another than before (some changes are never told, so
 * every word counts). `Socket`: a socket closed somewhere; on some phones this is the only event.
 */
export const Happening = {
  Start: 0,
  Stop: 1,
  Due: 2,
  Opened: 3,
  Ready: 4,
  Lost: 5,
  Ended: 6,
  Hidden: 7,
  Shown: 8,
  Network: 9,
  Offline: 10,
  Socket: 11,
} as const;
export type Happening = (typeof Happening)[keyof typeof Happening];

/** What is done when something happens; what is not in the table is ignored. */
export type EngineTable = {
  readonly [P in Phase]: { readonly [H in Happening]?: (first: never, second: never) => void };
};
