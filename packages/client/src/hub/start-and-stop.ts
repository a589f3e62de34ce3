import type { MinihubError } from '@minihub/protocol';

/** Who waits for a connection to be there, or to be gone. */
export class StartAndStop {
  private starters: { resolve(): void; reject(error: MinihubError): void }[] = [];
  private stopping: Promise<void> | undefined;
  private stopped: () => void = () => {};

  start(): Promise<void> {
    return new Promise((resolve, reject) => this.starters.push({ resolve, reject }));
  }

  /** The same promise for everybody. */
  stop(): Promise<void> {
    this.stopping ??= new Promise((resolve) => {
      this.stopped = resolve;
    });
    return this.stopping;
  }

  /** @returns tells those who have waited until now */
  opened(): () => void {
    const { starters } = this;
    this.starters = [];
    return () => {
      starters.forEach((starter) => {
        starter.resolve();
      });
    };
  }

  /** @returns tells those who have waited until now */
  ended(error: MinihubError): () => void {
    const { starters, stopped } = this;
    this.starters = [];
    this.stopping = undefined;
    return () => {
      starters.forEach((starter) => {
        starter.reject(error);
      });
      stopped();
    };
  }
}
