import type { CloseMessage, MinihubError } from '@minihub/protocol';
import type { DisconnectCause } from '../hub/hub-context.ts';
import type { EndOfConnection } from './hub-hooks.ts';
import type { HubHost } from './hub-host.ts';

/** Why a connection ends. */
export interface WhyEnded {
  readonly cause: DisconnectCause;
  readonly error?: MinihubError | undefined;
}

/** A connection, as its end sees it. */
export interface EndingConnection {
  readonly id: string;
  readonly host: Pick<HubHost, 'log' | 'clock' | 'limits'>;
  /** Whether nothing can come or go any more. */
  readonly isGone: boolean;
  /** Whether `connected` runs. */
  readonly isConnecting: boolean;
  /** Whether something that the client has sent has not begun and still may. */
  readonly hasUnbegun: boolean;
  /** Calls that have not begun. */
  readonly waitingCalls: number;
  /** Nothing more is read; what may be said is said and written. */
  sayFarewell(farewell: CloseMessage | undefined): void;
  /** Nobody can reach it any more; says in which groups it was. */
  lose(): readonly string[];
  /** What the client has sent and has not begun is forgotten. */
  dropUnread(): void;
  closeTransport(): void;
  /** Reads on, and finishes if there is nothing to wait for. */
  proceed(): void;
  /** It is known why it has ended, and nothing waits any more; calls back when nothing runs for it either. */
  closed(end: EndOfConnection, whenDone: () => void): void;
  /** Nobody needs it any more. */
  forget(): void;
}

const noGroups: readonly string[] = [];

/**
 * The end of a connection: what happens in which order, whoever begins it. It is made when the end begins, because
 * connections are many and most of them live.
 *
 * Two things begin it: the transport is over ({@link ConnectionEnd.unlist}, and why is found in what has come over it),
 * or it is known why ({@link ConnectionEnd.decide}) and the transport is closed. Then what the client had sent is still
 * carried out, unless we threw it out; then `disconnected` runs; then the connection is forgotten.
 */
export class ConnectionEnd {
  readonly #connection: EndingConnection;
  #why: WhyEnded | undefined;
  #groups: readonly string[] = noGroups;
  #isUnlisted = false;
  #unlistedMs = Number.POSITIVE_INFINITY;
  #isFinished = false;
  #isDone = false;
  #isAbandoned = false;

  constructor(connection: EndingConnection) {
    this.#connection = connection;
  }

  /** Whether it is known why. */
  get isDecided(): boolean {
    return this.#why !== undefined;
  }

  /** Whether nobody can reach the connection any more. */
  get isUnlisted(): boolean {
    return this.#isUnlisted;
  }

  /** The connection is to end. What is decided first holds. */
  decide(why: WhyEnded, farewell: CloseMessage | undefined): void {
    if (this.#why !== undefined) return;
    this.#why = why;
    const connection = this.#connection;
    connection.sayFarewell(farewell);
    // What the client sent before it left is still carried out; what it sent before we threw it out is not.
    if (why.cause !== 'client' && why.cause !== 'transport') connection.dropUnread();
    this.unlist();
    connection.closeTransport();
    this.finish();
  }

  /** Comes before the hooks, so that counts and lists are true at once. */
  unlist(): void {
    if (this.#isUnlisted) return;
    this.#isUnlisted = true;
    this.#unlistedMs = this.#connection.host.clock.now();
    this.#groups = this.#connection.lose();
  }

  /** Runs `disconnected` once everything that the client sent has begun, and lets go. */
  finish(): void {
    const connection = this.#connection;
    if (this.#why === undefined || this.#isFinished || connection.isConnecting || connection.hasUnbegun) return;
    this.#isFinished = true;
    const { cause, error } = this.#why;
    connection.host.log('connectionClosed', { connectionId: connection.id, cause, error });
    connection.closed({ cause, error, groups: this.#groups }, () => {
      this.#isDone = true;
      this.release();
    });
  }

  /** Forgets the connection when neither the hooks nor the transport need it any more. */
  release(): void {
    if ((this.#isDone || this.#isAbandoned) && this.#connection.isGone) this.#connection.forget();
  }

  /** Looks at the time. */
  tick(nowMs: number): void {
    const { disconnectGraceMs } = this.#connection.host.limits;
    if (disconnectGraceMs > 0 && nowMs - this.#unlistedMs >= disconnectGraceMs) this.#giveUpWaiting();
  }

  /** The client has left long ago, and what it had sent still waits: behind a method that never ends, or its rate. */
  #giveUpWaiting(): void {
    this.#unlistedMs = Number.POSITIVE_INFINITY;
    if (this.#isFinished) return;
    const connection = this.#connection;
    const { log } = connection.host;
    if (connection.isConnecting) log('connectedLate', { connectionId: connection.id });
    else log('callsDropped', { connectionId: connection.id, waiting: connection.waitingCalls });
    connection.dropUnread();
    connection.proceed();
    // A hook cannot be ended. If it ends some day, `disconnected` has its turn; nobody else waits for that.
    this.#isAbandoned = connection.isConnecting;
    this.release();
  }
}
