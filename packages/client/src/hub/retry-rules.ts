import type { MinihubError } from '@minihub/protocol';
import type { ReportError } from './callbacks.ts';
import type { StateReason } from './connection-state.ts';
import type { ReconnectDelay } from './reconnect-policy.ts';

/** A connection that lasted this long, in milliseconds, makes the backoff begin anew; one that breaks at once does not. */
const stableMs = 10_000;

// Nothing changes about these by trying again; see `adviseOnFailure`.
const finalCodes = /DOMAIN_NOT_LISTED|INVALID|SUBPROTOCOL|TOOLS|UNSUPPORTED/;

/**
 * WebSocket close codes after which a client is not to come back: protocol violations, 1008 (policy), and by a convention of
 * the field 3500 to 3999 and 4500 to 4999.
 */
const finalCloseCodes = /^(1002|1003|1007|1008|1010|[34][5-9]\d\d)$/;

/** Attempts to resume that may fail without a word, which could also be a refusal: browsers do not tell. */
const maxUnclearTries = 4;

/** What a {@link RetryRules} must know. */
export interface RetrySettings {
  readonly reconnect: ReconnectDelay | undefined;
  readonly retryFirstStart: boolean;
  readonly resumeWindowMs: number;
  readonly random: () => number;
  readonly report: ReportError;
}

/** Decides what follows when something has failed, and remembers what has failed before. */
export class RetryRules {
  /** How long a connection may be resumed after a loss, in milliseconds. */
  windowMs: number;
  /** Whether the next attempt is for the old session. */
  willResume: boolean = false;
  private readonly settings: RetrySettings;
  /** Attempts that failed in a row, to connect and to resume. */
  private attempts = 0;
  private tries = 0;
  /** Connections that were resumed and broke before they were stable. */
  private breaks = 0;
  private wasDenied: boolean = false;
  private hasConnected: boolean = false;
  private lostAt: number;
  private openedAt = 0;

  constructor(settings: RetrySettings, now: number) {
    this.settings = settings;
    this.windowMs = settings.resumeWindowMs;
    this.lostAt = now;
  }

  opened(now: number, resumed: boolean): void {
    this.openedAt = now;
    if (resumed) this.breaks++;
    this.wasDenied = false;
    this.hasConnected = true;
  }

  /** There is reason for hope: the backoff begins anew. */
  hurry(): void {
    this.attempts = 0;
  }

  /**
   * A link, an attempt or a session has failed. `wasOpen`: it had been connected.
   * @returns the delay until the next attempt, in milliseconds; or why there is none
   */
  judge(
    error: MinihubError | undefined,
    closeCode: number | undefined,
    wasOpen: boolean,
    canResume: boolean,
    now: number,
  ): number | StateReason {
    const { reconnect, retryFirstStart, report } = this.settings;
    const code = error ? error.code : '';
    const isDenied = /UNAUTHORIZED/.test(code);
    // The server answers, only it does not know the connection any more.
    const isRefused = isDenied || /REFUSED/.test(code);
    // After a denial one more attempt is made, with a new token.
    const isFinal = finalCodes.test(code) || finalCloseCodes.test(`${closeCode}`) || (isDenied && this.wasDenied);
    if (wasOpen) {
      this.lostAt = now;
      this.tries = 0;
      if (now - this.openedAt >= stableMs) this.attempts = this.breaks = 0;
    }
    const elapsedMs = now - this.lostAt;
    this.willResume =
      canResume &&
      !isFinal &&
      (this.tries === 0 ||
        (elapsedMs <= this.windowMs &&
          !isRefused &&
          (this.tries < maxUnclearTries || code !== 'MH_CLIENT_SOCKET_FAILED')));
    this.wasDenied = isDenied && !canResume;
    if (isFinal) return 'refused';
    if (this.willResume) return this.resumeDelay();
    if (!reconnect) return 'lost';
    if (canResume && isRefused) return 0;
    if (!this.hasConnected && !retryFirstStart) return 'lost';
    let delayMs: number | undefined;
    try {
      delayMs = reconnect({ attempt: this.attempts++, elapsedMs, error });
    } catch (thrown) {
      report(thrown, { stage: 'reconnect' });
    }
    return delayMs === undefined ? 'gave-up' : delayMs || 0;
  }

  /** The first at once, because the server's window is short; not so when connections break as soon as they are resumed. */
  private resumeDelay(): number {
    const exponent = this.tries++ + this.breaks;
    return exponent && Math.round(this.settings.random() * Math.min(2_000, 250 * 2 ** exponent));
  }
}
