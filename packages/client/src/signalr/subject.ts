/** Who receives a stream. */
export interface IStreamSubscriber<T> {
  closed?: boolean;
  next(value: T): void;
  error(error: unknown): void;
  complete(): void;
}

/** Ends a subscription. */
export interface ISubscription<_T> {
  dispose(): void;
}

/** A stream of the server. */
export interface IStreamResult<T> {
  subscribe(subscriber: IStreamSubscriber<T>): ISubscription<T>;
}

/** A stream that is fed by hand: pass one as an argument to send a stream to the server. */
export class Subject<T> implements IStreamResult<T> {
  /** Called when the last subscriber has gone. */
  cancelCallback?: () => void;
  private observers: Partial<IStreamSubscriber<T>>[] = [];

  next(item: T): void {
    this.observers.slice().forEach((observer) => {
      observer.next?.(item);
    });
  }

  error(error: unknown): void {
    this.observers.slice().forEach((observer) => {
      observer.error?.(error);
    });
  }

  complete(): void {
    this.observers.slice().forEach((observer) => {
      observer.complete?.();
    });
  }

  subscribe(observer: Partial<IStreamSubscriber<T>>): ISubscription<T> {
    this.observers.push(observer);
    return {
      dispose: () => {
        const at = this.observers.indexOf(observer);
        if (at < 0) return;
        this.observers.splice(at, 1);
        if (this.observers.length === 0) this.cancelCallback?.();
      },
    };
  }
}
