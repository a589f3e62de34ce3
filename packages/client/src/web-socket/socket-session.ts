import { type ClientError, type ClientErrorCode, clientError, exceeded } from '../errors.ts';
import { headerOf } from './handshake-header.ts';
import type { HostTimers } from './host.ts';
import { classifyFailure } from './platform-failure.ts';
import { nothing } from './platform-result.ts';
import type { SocketDriver, SocketPort, SocketRequest } from './socket-port.ts';

/** What a session tells the class that it works for. `failed` and `closed` come in one task, `closed` once. */
export interface SessionEvents {
  opened(): void;
  received(data: string | ArrayBuffer): void;
  failed(error: ClientError): void;
  closed(code: number, reason: string, wasClean: boolean): void;
}

/** Times and time of a session; see `WebSocketClassOptions` for what each is. */
export interface SessionContext {
  readonly timers: HostTimers;
  readonly closeTimeoutMs: number;
  readonly silenceTimeoutMs: number;
  /** The close code for a socket that is given up. @defaultValue none */
  readonly abandonCode?: number;
}

// WeChat reports these with codes 1000 and 1001, although no close frame was seen.
const cutReasons = /^(interrupted|stream end encountered)$/i;

/**
 * The life of one connection over one platform socket.
 *
 * Platforms differ in what they say when a socket ends: an error, a close, both, both twice, or nothing; with codes that are
 * true on one phone and false on the next. The rule here is: the **first** thing that ends the session decides (an error, a close,
 * a refused send, a timeout); the verdict is dispatched once, from a fresh timer tick; whatever comes later is ignored.
 * The tick also keeps a reconnect that an application starts in its `close` handler out of the platform's own callback, where
 * old Android versions do nothing.
 */
export class SocketSession {
  /** As the standard's. */
  readyState: 0 | 1 | 2 | 3 = 0 as 0 | 1 | 2 | 3;
  protocol = '';
  extensions = '';
  private readonly context: SessionContext;
  private readonly events: SessionEvents;
  private readonly offered: readonly string[];
  private port: SocketPort | undefined;
  private ended: boolean = false;
  private asked: { readonly code: number | undefined; readonly reason: string } | undefined;
  /** The handshake's timer, then the closing handshake's. */
  private timer: unknown;
  private silenceTimer: unknown;
  private graceTimer: unknown;
  private pendingBytes = 0;
  private lastSeen = 0;

  constructor(driver: SocketDriver, request: SocketRequest, context: SessionContext, events: SessionEvents) {
    this.context = context;
    this.events = events;
    this.offered = request.protocols;
    const timeoutMs = request.options.connectTimeoutMs || 0;
    this.wait(timeoutMs, () => this.overdue('MH_CLIENT_CONNECT_TIMEOUT', 'connectTimeoutMs', timeoutMs));
    try {
      this.port = driver(request, {
        open: (headers, protocol, extensions) => this.handleOpen(headers, protocol, extensions),
        message: (data) => this.handleMessage(data),
        error: (errMsg) => this.end(1006, '', false, classifyFailure(errMsg)),
        close: (code, reason, truthful) => this.handleClose(code, reason, truthful),
      });
      // It ended while the driver was still at work.
      if (this.ended) this.abandon();
    } catch (error) {
      this.end(1006, '', false, classifyFailure(String((error as Error).message)));
    }
  }

  get bufferedAmount(): number {
    return this.pendingBytes + (this.port?.queued?.() || 0);
  }

  /**
   * Sends when open; otherwise only counts, and for good, as the standard demands.
   * `taken` is called when the platform has taken it, from where that can be seen.
   */
  send(data: string | ArrayBuffer, bytes: number, taken: () => void = nothing): void {
    const { port } = this;
    if (this.readyState !== 1 || this.ended || port === undefined) {
      this.pendingBytes += bytes;
      return;
    }
    if (port.queued === undefined) this.pendingBytes += bytes;
    let within: boolean = true;
    let settled: boolean = false;
    const done = (errMsg?: string): void => {
      if (within) this.context.timers.setTimeout(() => done(errMsg), 0);
      else if (!settled) {
        settled = true;
        // A frame that could not be handed over leaves a hole in the stream, so the connection is over.
        if (errMsg !== undefined) this.end(1006, '', false, classifyFailure(errMsg));
        else {
          if (port.queued === undefined) this.pendingBytes -= bytes;
          taken();
        }
      }
    };
    try {
      port.send(data, done);
      // A standard implementation has taken it, or has thrown.
      if (port.queued !== undefined) taken();
    } catch (error) {
      done(String((error as Error).message));
    }
    within = false;
  }

  close(code: number | undefined, reason: string): void {
    if (this.readyState > 1) return;
    const connecting = this.readyState === 0;
    this.readyState = 2;
    if (connecting) {
      this.fail('MH_CLIENT_CLOSED_EARLY', 'Closed before it was open');
    } else if (!this.ended) {
      this.asked = { code, reason };
      this.wait(this.context.closeTimeoutMs, () =>
        this.overdue('MH_CLIENT_CLOSE_TIMEOUT', 'closeTimeoutMs', this.context.closeTimeoutMs),
      );
      this.closePort(code, reason, (errMsg) => this.end(1006, '', false, classifyFailure(errMsg)));
    }
  }

  /** Ends the session unless something arrives within `graceMs`. */
  suspect(graceMs: number, why: string): void {
    if (this.readyState !== 1 || this.graceTimer !== undefined) return;
    this.graceTimer = this.context.timers.setTimeout(() => this.fail('MH_CLIENT_SILENT', why), graceMs);
  }

  /** Ends the session when the platform itself believes that the socket is gone. */
  verify(): void {
    const state = this.port?.readyState?.();
    if (this.readyState === 1 && (state === 2 || state === 3)) {
      this.fail('MH_CLIENT_SOCKET_DEAD', 'Closed without an event');
    }
  }

  private handleOpen(headers: unknown, protocol?: string, extensions?: string): void {
    if (this.ended) {
      // A close while connecting does nothing on most platforms; this is the first moment when it works.
      this.abandon();
      return;
    }
    if (this.readyState !== 0) return;
    const chosen = protocol ?? this.chooseProtocol(headers);
    if (chosen === undefined) {
      this.fail('MH_CLIENT_SUBPROTOCOL', `No subprotocol chosen: ${this.offered.join(', ')}`);
      return;
    }
    this.context.timers.clearTimeout(this.timer);
    this.protocol = chosen;
    this.extensions = extensions || headerOf(headers, 'sec-websocket-extensions') || '';
    this.readyState = 1;
    this.watchSilence();
    this.events.opened();
  }

  /** The server's choice; undefined when it is certain that it made none, or a wrong one. */
  private chooseProtocol(headers: unknown): string | undefined {
    const { offered } = this;
    const named = headerOf(headers, 'sec-websocket-protocol');
    if (named !== undefined) return offered.indexOf(named) < 0 ? undefined : named;
    if (offered.length === 0) return '';
    // Many platforms show no headers, or not these; only a response that is shown whole proves that nothing was chosen.
    if (headerOf(headers, 'sec-websocket-accept') !== undefined) return undefined;
    return offered.length === 1 ? offered[0] : '';
  }

  private handleMessage(data: string | ArrayBuffer): void {
    if (this.ended) return;
    // Some platforms lose the open event when an older socket is still there.
    if (this.readyState === 0) this.handleOpen(undefined);
    this.lastSeen = this.context.timers.now();
    this.context.timers.clearTimeout(this.graceTimer);
    this.graceTimer = undefined;
    if (this.readyState === 1) this.events.received(data);
  }

  private handleClose(code: number | undefined, reason: string, truthful = false): void {
    const { asked } = this;
    if (this.readyState === 0) {
      this.end(1006, '', false, classifyFailure(reason === '' ? 'The connection was refused' : reason), true);
    } else if (asked && !truthful && !(code !== undefined && code >= 3000 && code < 5000 && code !== asked.code)) {
      // Phones disagree about the code of a close that was asked for here; only a peer can have said 3000 to 4999.
      this.end(asked.code || 1005, asked.code === undefined ? '' : asked.reason, true, undefined, true);
    } else {
      const lost = code === undefined || code === 1006 || code === 1015 || (!truthful && cutReasons.test(reason));
      this.end(lost ? 1006 : code, reason, !lost, undefined, true);
    }
  }

  private fail(code: ClientError['code'], message: string): void {
    this.end(1006, '', false, clientError(code, message));
  }

  private overdue(code: ClientErrorCode, option: string, limit: number): void {
    this.end(1006, '', false, exceeded(code, option, limit));
  }

  private end(code: number, reason: string, wasClean: boolean, error?: ClientError, portClosed?: boolean): void {
    if (this.ended) return;
    this.ended = true;
    const { timers } = this.context;
    timers.clearTimeout(this.timer);
    timers.clearTimeout(this.silenceTimer);
    timers.clearTimeout(this.graceTimer);
    if (portClosed !== true) this.abandon();
    timers.setTimeout(() => {
      this.readyState = 3;
      if (error) this.events.failed(error);
      this.events.closed(code, reason, wasClean);
    }, 0);
  }

  /** Gives the platform's socket back: it counts towards the limit until it is closed. */
  private abandon(): void {
    this.closePort(this.context.abandonCode, '', nothing);
  }

  private closePort(code: number | undefined, reason: string, failed: (errMsg: string) => void): void {
    try {
      this.port?.close(code, reason, failed);
    } catch (error) {
      failed(String((error as Error).message));
    }
  }

  private wait(ms: number, act: () => void): void {
    const { timers } = this.context;
    timers.clearTimeout(this.timer);
    if (ms > 0) this.timer = timers.setTimeout(act, ms);
  }

  /** Wall-clock: timers stand still in the background and then all fire at once. */
  private watchSilence(): void {
    const { silenceTimeoutMs, timers } = this.context;
    this.lastSeen = timers.now();
    let checkedAt = this.lastSeen;
    const check = (): void => {
      const now = timers.now();
      // After a freeze, what the peer sent meanwhile may still stand behind this timer.
      const frozen = now - checkedAt > 2 * silenceTimeoutMs;
      const quietMs = frozen ? 0 : now - this.lastSeen;
      checkedAt = now;
      if (quietMs < silenceTimeoutMs) arm(silenceTimeoutMs - quietMs);
      else this.overdue('MH_CLIENT_SILENT', 'silenceTimeoutMs', silenceTimeoutMs);
    };
    const arm = (delayMs: number): void => {
      this.silenceTimer = timers.setTimeout(check, delayMs);
    };
    if (silenceTimeoutMs > 0) arm(silenceTimeoutMs);
  }
}
