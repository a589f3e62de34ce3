import type { MinihubError } from '@minihub/protocol';

/** The states of a hub connection. */
export type HubConnectionState = 'disconnected' | 'connecting' | 'connected' | 'reconnecting' | 'disconnecting';

/** Which state may follow which; everything else cannot happen. */
export const stateTransitions: { readonly [State in HubConnectionState]: readonly HubConnectionState[] } = {
  disconnected: ['connecting'],
  connecting: ['connected', 'disconnected'],
  connected: ['reconnecting', 'disconnecting', 'disconnected'],
  reconnecting: ['connected', 'disconnected'],
  disconnecting: ['disconnected'],
};

/**
 * Why the state changed.
 * `start`: `connect()` or `start()`. `opened`: the handshake is done. `resumed`: the old connection goes on, nothing is lost.
 * `lost`: the transport broke or fell silent. `server-closed`: the server ended it. `closed`: `close()`.
 * `refused`: trying again makes no sense (see the error). `gave-up`: the limits of `reconnect` are reached.
 */
export type StateReason = 'start' | 'opened' | 'resumed' | 'lost' | 'server-closed' | 'closed' | 'refused' | 'gave-up';

/** What a connection waits for before it tries again. */
export type WaitingFor = 'delay' | 'foreground' | 'network';

/** A change of state. */
export interface StateChange {
  readonly from: HubConnectionState;
  readonly to: HubConnectionState;
  readonly reason: StateReason;
  /** What went wrong, where something did. */
  readonly error?: MinihubError;
  /**
   * With `to: 'connected'`: whether the server carries the old connection on (groups, calls and streams included, no
   * message lost or doubled). False means a new connection: what was sent meanwhile by the server is gone.
   */
  readonly resumed?: boolean;
}
