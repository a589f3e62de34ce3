import type { PhoneEvent } from './phone-watch.ts';

/**
 * Where an engine is. `waiting`: for the time, the foreground or the network, before the next attempt. `opening`: an attempt
 * is under way, from the request for a token to the answer to the handshake. `closing`: Close was said.
 */
export type Phase = 'off' | 'waiting' | 'opening' | 'open' | 'closing';

/**
 * What can happen to an engine.
 * `due`: the time that was waited for has come, or the deadline of an attempt or of a close. `opened`: the transport is open.
 * `ready`: the session is. `lost`: the attempt, the transport or the session has failed. `ended`: the server has said Close.
 * The rest is what a phone tells.
 */
export type Happening = 'start' | 'stop' | 'due' | 'opened' | 'ready' | 'lost' | 'ended' | PhoneEvent;

/** The engine's answers. */
export type Step =
  | 'begin'
  | 'attempt'
  | 'greet'
  | 'welcome'
  | 'lose'
  | 'overdue'
  | 'obey'
  | 'leave'
  | 'close'
  | 'pause'
  | 'hurry'
  | 'renew'
  | 'doubt'
  | 'verify';

/** What is done when something happens; what is not in the table is ignored. */
export const engineTable: { readonly [P in Phase]: { readonly [H in Happening]?: Step } } = {
  off: { start: 'begin' },
  waiting: { due: 'attempt', shown: 'hurry', network: 'hurry', hidden: 'pause', offline: 'pause', stop: 'close' },
  opening: {
    opened: 'greet',
    ready: 'welcome',
    lost: 'lose',
    due: 'overdue',
    shown: 'renew',
    network: 'renew',
    stop: 'close',
  },
  open: {
    lost: 'lose',
    ended: 'obey',
    shown: 'doubt',
    network: 'doubt',
    offline: 'doubt',
    socket: 'verify',
    stop: 'leave',
  },
  closing: { lost: 'close', due: 'close' },
};
