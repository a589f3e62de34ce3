import type { MinihubError } from '@minihub/protocol';
import type { ReportError } from './callbacks.ts';
import { type HubConnectionState, type StateChange, type StateReason, stateTransitions } from './connection-state.ts';

/** The state of a connection, and who is told of its changes. Only the transitions of the table happen. */
export class StateNotifier {
  current: HubConnectionState = 'disconnected';
  private listeners: ((change: StateChange) => void)[] = [];
  private readonly report: ReportError;

  constructor(report: ReportError) {
    this.report = report;
  }

  /** @returns stops listening */
  listen(listener: (change: StateChange) => void): () => void {
    this.listeners = this.listeners.concat(listener);
    return () => {
      this.listeners = this.listeners.filter((other) => other !== listener);
    };
  }

  change(to: HubConnectionState, reason: StateReason, error?: MinihubError, resumed?: boolean): void {
    const from = this.current;
    if (stateTransitions[from].indexOf(to) < 0) return;
    this.current = to;
    const change: { -readonly [K in keyof StateChange]: StateChange[K] } = { from, to, reason };
    if (error !== undefined) change.error = error;
    if (resumed !== undefined) change.resumed = resumed;
    this.listeners.forEach((listener) => {
      try {
        listener(change);
      } catch (thrown) {
        this.report(thrown, { stage: 'stateChanged' });
      }
    });
  }
}
