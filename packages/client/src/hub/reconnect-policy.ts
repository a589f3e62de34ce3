import type { MinihubError } from '@minihub/protocol';

/** How a lost connection, or a first start, is tried again. */
export interface ReconnectOptions {
  /** The first delay is drawn from 0 to this, in milliseconds, each further one from 0 to twice as much. @defaultValue 1_000 */
  readonly baseDelayMs?: number;
  /** No delay is longer, in milliseconds. @defaultValue 30_000 */
  readonly maxDelayMs?: number;
  /** Attempts in a row before it is given up; 0 is no limit. @defaultValue 0 */
  readonly maxAttempts?: number;
}

/** What a {@link ReconnectDelay} is told. */
export interface ReconnectContext {
  /** Attempts that failed in a row; 0 right after a loss. */
  readonly attempt: number;
  /** Since the loss, in milliseconds. */
  readonly elapsedMs: number;
  readonly error: MinihubError | undefined;
}

/** The delay until the next attempt in milliseconds, or `undefined` to give up. */
export type ReconnectDelay = (context: ReconnectContext) => number | undefined;

/** The defaults of {@link ReconnectOptions}. */
export const reconnectDefaults = { baseDelayMs: 1_000, maxDelayMs: 30_000, maxAttempts: 0 } as const;

/**
 * Exponential backoff with full jitter: when a server restarts, its clients come back spread out.
 * `random` gives a number from 0 to 1.
 */
export function fullJitter(options: ReconnectOptions, random: () => number): ReconnectDelay {
  const { baseDelayMs, maxDelayMs, maxAttempts } = { ...reconnectDefaults, ...options };
  return ({ attempt }) =>
    maxAttempts > 0 && attempt >= maxAttempts
      ? undefined
      : Math.round(random() * Math.min(maxDelayMs, baseDelayMs * 2 ** attempt));
}
