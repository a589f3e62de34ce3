import { type HubMessage, invocationErrors, MessageType, withDetail } from '@minihub/protocol';
import { serverError } from '../errors.ts';
import type { RateGuard } from '../limits/rate-guard.ts';
import type { Excess } from '../limits/rate-limiter.ts';
import type { CallMessage, HubSession, SessionEnded, SessionEvent } from '../session/hub-session.ts';
import type { HubHost } from './hub-host.ts';

/** The connection, as its reader sees it. */
export interface PacedConnection {
  readonly id: string;
  readonly user: string | undefined;
  readonly host: Pick<HubHost, 'clock' | 'log' | 'metrics'>;
  /** Answers what is refused. */
  sendOwn(message: HubMessage): void;
  /** There is time again. */
  proceed(): void;
}

interface Held {
  readonly event: SessionEvent | undefined;
  /** Whether it was counted as a message already. */
  readonly isCounted: boolean;
}

/**
 * Reads a session no faster than the rate limits allow. What is too much is refused, makes reading wait, or ends the
 * session. There is one where rates are limited. It stands before the dispatcher, so that unknown methods and broken messages count like all others.
 */
export class PacedReader {
  readonly #connection: PacedConnection;
  readonly #session: HubSession;
  readonly #guard: RateGuard;
  #held: Held | undefined;
  #stopWaiting: (() => void) | undefined;

  /** @param source where it reads from, and the rates */
  constructor(connection: PacedConnection, source: { readonly session: HubSession; readonly guard: RateGuard }) {
    this.#connection = connection;
    this.#session = source.session;
    this.#guard = source.guard;
  }

  /** Whether nothing may be read for now. */
  get isWaiting(): boolean {
    return this.#stopWaiting !== undefined;
  }

  /** The next event, or `undefined` until more bytes, or time, have come. */
  next(): SessionEvent | undefined {
    const guard = this.#guard;
    while (!this.isWaiting) {
      const nowMs = this.#connection.host.clock.now();
      const held = this.#held;
      this.#held = undefined;
      const event = held === undefined ? this.#session.next() : held.event;
      const owed = held === undefined ? this.#chargeOthers(guard, event, nowMs) : undefined;
      if (owed !== undefined) {
        const end = this.#exceeded(owed, { event, isCounted: false });
        if (end !== undefined) return end;
        continue;
      }
      if (event === undefined || !isCallMessage(event)) return event;
      const asMessage = held?.isCounted ? undefined : guard.message(nowMs);
      const excess = asMessage ?? callExcess(guard, event, nowMs);
      if (excess === undefined) return event;
      const end = this.#exceeded(excess, { event, isCounted: asMessage === undefined });
      if (end !== undefined) return end;
    }
    return undefined;
  }

  /** Forgets what is held, and waits no more. */
  drop(): void {
    this.#held = undefined;
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
  }

  /** What never reaches the dispatcher, and what broke the session, counts as well. */
  #chargeOthers(guard: RateGuard, event: SessionEvent | undefined, nowMs: number): Excess | undefined {
    const broken = event?.type === 'ended' && event.cause === 'protocol' ? 1 : 0;
    const others = this.#session.takeOthers() + broken;
    const owed = others === 0 ? undefined : guard.charge(nowMs, others);
    return event?.type === 'ended' ? undefined : owed;
  }

  #exceeded(excess: Excess, held: Held): SessionEnded | undefined {
    const { host, id, user } = this.#connection;
    const { event } = held;
    const { what, scope, waitMs } = excess;
    const isCall = event?.type === MessageType.Invocation || event?.type === MessageType.StreamInvocation;
    const action = excess.onExcess === 'refuse' && !isCall ? 'delay' : excess.onExcess;
    host.log('rateLimited', { connectionId: id, user, what, scope, action, waitMs });
    if (action === 'delay') {
      host.metrics?.count('rateDelays');
      this.#held = held;
      this.#wait(waitMs);
      return undefined;
    }
    host.metrics?.refused('rate_limit');
    if (action === 'disconnect') return endOf(excess);
    if (isCall && event.invocationId !== undefined) {
      const message = `MH_SERVER_RATE_LIMITED: ${textOf(excess)}`;
      const text = withDetail(invocationErrors.bindFailure(event.target), { typeName: 'HubException', message });
      const { invocationId } = event;
      this.#connection.sendOwn({ type: MessageType.Completion, invocationId, error: text });
    }
    return undefined;
  }

  #wait(ms: number): void {
    this.#stopWaiting = this.#connection.host.clock.after(ms, () => {
      this.#stopWaiting = undefined;
      this.#connection.proceed();
    });
  }
}

function isCallMessage(event: SessionEvent): event is CallMessage {
  return typeof event.type === 'number';
}

function callExcess(guard: RateGuard, event: CallMessage, nowMs: number): Excess | undefined {
  const isCall = event.type === MessageType.Invocation || event.type === MessageType.StreamInvocation;
  return isCall ? guard.call(event.target, nowMs) : undefined;
}

function textOf({ waitMs }: Excess): string {
  return `Too often; try again in ${Math.ceil(waitMs / 1_000)} s.`;
}

function endOf(excess: Excess): SessionEnded {
  const error = serverError('MH_SERVER_RATE_LIMITED', textOf(excess));
  const farewell = { type: MessageType.Close, error: `${error.code}: ${error.message}` } as const;
  return { type: 'ended', cause: 'limit', error, farewell };
}
