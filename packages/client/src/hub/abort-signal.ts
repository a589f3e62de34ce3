/**
 * What is needed of an `AbortSignal`. Mini programs have none; any object with these members will do.
 */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
