import type { MinihubError } from '@minihub/protocol';
import type { ReportError } from './callbacks.ts';
import type { HubConnectionState, StateChange, StateReason } from './connection-state.ts';

/** Who is told of the changes of a connection's state. */
export class StateNotifier {
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

  tell(
    from: HubConnectionState,
    to: HubConnectionState,
    reason: StateReason,
    error?: MinihubError,
    resumed?: boolean,
  ): void {
    const change: { -readonly [K in keyof StateChange]: StateChange[K] } = { from, to, reason };
    if (error) change.error = error;
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
