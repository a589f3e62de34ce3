import type { MinihubError } from '@minihub/protocol';

/** Who waits for a connection to be there, or to be gone. They are told `later`. */
export class StartAndStop {
  private starters: ((error?: MinihubError) => void)[] = [];
  private stopping: Promise<void> | undefined;
  private stopped: () => void = () => {};
  private readonly later: (act: () => void) => void;

  constructor(later: (act: () => void) => void) {
    this.later = later;
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.starters.push((error) => (error ? reject(error) : resolve()));
    });
  }

  /** The same promise for everybody. */
  stop(): Promise<void> {
    this.stopping ||= new Promise((resolve) => {
      this.stopped = resolve;
    });
    return this.stopping;
  }

  /** There is a connection, or there will be none. */
  started(error?: MinihubError): void {
    const { starters } = this;
    this.starters = [];
    starters.forEach((starter) => {
      this.later(() => starter(error));
    });
  }

  /** It is gone. */
  ended(error: MinihubError): void {
    this.started(error);
    this.stopping = undefined;
    this.later(this.stopped);
  }
}
