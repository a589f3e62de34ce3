import type { Clock } from './clock.ts';
import type { Application } from './connection/opening.ts';
import { type DrainOptions, defaultDrain } from './defaults.ts';
import { serverError } from './errors.ts';

const stepMs = 100;
/** The part of the time in which methods that run, and clients that are away, are waited for. */
const patientPart = 0.5;
/** The part of the time in which clients are moved; the rest is left for closing. */
const movingPart = 0.8;

/** The options that hold: the given ones, else the defaults. @throws MH_SERVER_INVALID_OPTION */
export function toDrainOptions(given: Partial<DrainOptions>): DrainOptions {
  const { perSecond = defaultDrain.perSecond, deadlineMs = defaultDrain.deadlineMs } = given;
  for (const [name, value] of Object.entries({ perSecond, deadlineMs })) {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 1) continue;
    throw serverError('MH_SERVER_INVALID_OPTION', `'${name}' must be a number from 1 up, not ${value}.`);
  }
  return { perSecond, deadlineMs };
}

/**
 * Moves clients away little by little, so that they do not all come to the next server at once. The steps are
 * jittered, as several servers may be drained by the same command.
 */
export class Drain {
  readonly #applications: readonly Application[];
  readonly #clock: Clock;
  readonly #options: DrainOptions;
  readonly #startedMs: number;
  #lastMs: number;
  #credit = 0;
  #cancelStep: (() => void) | undefined;
  #resolve: () => void = () => {};

  constructor(applications: readonly Application[], clock: Clock, options: DrainOptions) {
    this.#applications = applications;
    this.#clock = clock;
    this.#options = options;
    this.#startedMs = clock.now();
    this.#lastMs = this.#startedMs;
  }

  /** Milliseconds that are left until the deadline. */
  get leftMs(): number {
    return Math.max(0, this.#startedMs + this.#options.deadlineMs - this.#clock.now());
  }

  /** Moves; settled when everybody has gone, or it is time to close, or it was stopped. */
  run(): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#step();
    });
  }

  /** Moves nobody any more. */
  stop(): void {
    this.#cancelStep?.();
    this.#resolve();
  }

  #step(): void {
    const nowMs = this.#clock.now();
    const open = this.#applications.reduce((sum, { openConnections }) => sum + openConnections, 0);
    const { perSecond, deadlineMs } = this.#options;
    const passedMs = nowMs - this.#startedMs;
    const movingMs = deadlineMs * movingPart - passedMs;
    if (open === 0 || movingMs <= 0) {
      this.#resolve();
      return;
    }
    // Faster than asked for where the deadline would come first.
    const rate = Math.max(perSecond, (open * 1_000) / movingMs);
    // What could not be moved is not saved up: it would leave all at once.
    this.#credit = Math.min(this.#credit + (rate * (nowMs - this.#lastMs)) / 1_000, Math.max(1, rate));
    this.#lastMs = nowMs;
    this.#credit -= this.#move(Math.floor(this.#credit), passedMs >= deadlineMs * patientPart);
    const delayMs = Math.min(stepMs * (0.5 + Math.random()), movingMs);
    this.#cancelStep = this.#clock.after(delayMs, () => this.#step());
  }

  #move(count: number, isImpatient: boolean): number {
    let moved = 0;
    for (const application of this.#applications) {
      if (moved < count) moved += application.move(count - moved, isImpatient);
    }
    return moved;
  }
}
