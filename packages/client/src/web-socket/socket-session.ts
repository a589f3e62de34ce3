import { type ClientError, type ClientErrorCode, clientError, exceeded } from '../errors.ts';
import { handshakeHeader } from './handshake-header.ts';
import type { HostTimers } from './host.ts';
import { classifyFailure } from './platform-failure.ts';
import { failureText, nothing } from './platform-result.ts';
import type { SocketDriver, SocketOptions, SocketPort, SocketRequest } from './socket-port.ts';

/** What a session tells whom it works for. An error comes right before its close, and a close comes once. */
export type SessionEvent =
  | { readonly type: 'open' }
  | { readonly type: 'message'; readonly data: string | ArrayBuffer }
  | { readonly type: 'error'; readonly message: string; readonly error: ClientError }
  | { readonly type: 'close'; readonly code: number; readonly reason: string; readonly wasClean: boolean };

/** Options of a session; see `WebSocketClassOptions` for what each is. */
export interface SessionOptions extends SocketOptions {
  readonly timers: HostTimers;
  readonly closeTimeoutMs: number;
  readonly silenceTimeoutMs: number;
  /** The close code for a socket that is given up. @defaultValue none */
  readonly abandonCode?: number;
}

/** What a session needs to know to open its socket. */
export interface SessionRequest extends SocketRequest {
  readonly options: SessionOptions;
}

/** The life of one connection over one platform socket; the attributes are the standard's. */
export interface SocketSession {
  readonly url: string;
  readonly readyState: 0 | 1 | 2 | 3;
  readonly protocol: string;
  readonly extensions: string;
  readonly binaryType: 'arraybuffer';
  readonly bufferedAmount: number;
  /**
   * Sends when open; otherwise only counts, and for good, as the standard demands.
   * `taken` is called when the platform has taken it, from where that can be seen.
   */
  send(data: string | ArrayBuffer, bytes: number, taken?: () => void): void;
  close(code: number | undefined, reason: string): void;
  /** Ends the session unless something arrives within `graceMs`. */
  suspect(graceMs: number, why: string): void;
  /** Ends the session when the platform itself believes that the socket is gone. */
  verify(): void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Opens a socket.
 *
 * Platforms differ in what they say when a socket ends: an error, a close, both, both twice, or nothing; with codes that are
 * true on one phone and false on the next. The rule here is: the **first** thing that ends the session decides (an error, a close,
 * a refused send, a timeout); the verdict is told once, from a fresh timer tick; whatever comes later is ignored.
 * The tick also keeps a reconnect that an application starts in its `close` handler out of the platform's own callback, where
 * old Android versions do nothing.
 *
 * Not a class: a mini program loads names of members as they are, and the names of variables are shortened to a letter.
 */
export function openSession(
  driver: SocketDriver,
  request: SessionRequest,
  emit: (event: SessionEvent) => void,
): SocketSession {
  const { options, protocols } = request;
  const { timers, silenceTimeoutMs } = options;
  let port: SocketPort | undefined;
  let ended: boolean = false;
  let portClosed: boolean = false;
  /** What a close that was asked for is reported with. */
  let asked: { readonly code: number; readonly reason: string } | undefined;
  /** The handshake's timer, then the closing handshake's. */
  let timer: unknown;
  let silenceTimer: unknown;
  let graceTimer: unknown;
  let pendingBytes = 0;
  let lastSeen = 0;

  const session: Mutable<SocketSession> = {
    url: request.url,
    readyState: 0,
    protocol: '',
    extensions: '',
    binaryType: 'arraybuffer',
    get bufferedAmount() {
      return pendingBytes + (port?.queued?.() || 0);
    },
    send,
    close(code, reason) {
      const state = session.readyState;
      if (state > 1) return;
      session.readyState = 2;
      if (state === 0) fail('MH_CLIENT_CLOSED_EARLY', 'Closed early');
      else if (!ended) {
        asked = { code: code || 1005, reason: code ? reason : '' };
        limit('closeTimeoutMs', 'MH_CLIENT_CLOSE_TIMEOUT');
        closePort(code, reason, failWith);
      }
    },
    suspect(graceMs, why) {
      if (session.readyState !== 1 || graceTimer) return;
      graceTimer = timers.setTimeout(() => fail('MH_CLIENT_SILENT', why), graceMs);
    },
    verify() {
      if (session.readyState === 1 && (port?.readyState() as number) > 1) {
        fail('MH_CLIENT_SOCKET_DEAD', 'Closed without an event');
      }
    },
  };

  function send(data: string | ArrayBuffer, bytes: number, taken: () => void = nothing): void {
    const counts = port?.queued === undefined;
    const isOpen = session.readyState === 1 && !ended;
    if (counts || !isOpen) pendingBytes += bytes;
    if (!isOpen) return;
    let within: boolean = true;
    let settled: boolean = false;
    const done = (failure?: unknown): void => {
      if (within) timers.setTimeout(() => done(failure), 0);
      else if (!settled) {
        settled = true;
        // A frame that could not be handed over leaves a hole in the stream, so the connection is over.
        if (failure) failWith(failure);
        else {
          if (counts) pendingBytes -= bytes;
          taken();
        }
      }
    };
    try {
      (port as SocketPort).send(data, done);
      // A standard implementation has taken it, or has thrown.
      if (!counts) taken();
    } catch (error) {
      done(error);
    }
    within = false;
  }

  function handleOpen(headers?: unknown): void {
    // A close while connecting does nothing on most platforms; this is the first moment when it works.
    if (ended) abandon();
    if (ended || session.readyState !== 0) return;
    const named = handshakeHeader(headers, 'protocol');
    // Many platforms show no headers, or not these; only a response that is shown whole proves that nothing was chosen.
    const isWrong = named ? protocols.indexOf(named) < 0 : protocols.length > 0 && handshakeHeader(headers, 'accept');
    if (isWrong) {
      fail('MH_CLIENT_SUBPROTOCOL', `No subprotocol chosen: ${protocols.join(', ')}`);
      return;
    }
    timers.clearTimeout(timer);
    session.protocol = named || (protocols.length === 1 ? (protocols[0] as string) : '');
    session.extensions = handshakeHeader(headers, 'extensions');
    session.readyState = 1;
    lastSeen = timers.now();
    if (silenceTimeoutMs > 0) watchSilence(silenceTimeoutMs, lastSeen);
    emit({ type: 'open' });
  }

  function handleMessage(data: string | ArrayBuffer): void {
    if (ended) return;
    // Some platforms lose the open event when an older socket is still there.
    handleOpen();
    lastSeen = timers.now();
    timers.clearTimeout(graceTimer);
    graceTimer = undefined;
    if (session.readyState === 1) emit({ type: 'message', data });
  }

  function handleClose(code: number | undefined, reason: string, truthful?: boolean): void {
    portClosed = true;
    if (session.readyState === 0) failWith(reason || 'Connection refused');
    else if (asked && !truthful && !((code as number) >= 3000 && (code as number) < 5000 && code !== asked.code)) {
      // Phones disagree about the code of a close that was asked for here; only a peer can have said 3000 to 4999.
      end(undefined, asked.code, asked.reason);
    } else {
      // WeChat reports these with codes 1000 and 1001, although no close frame was seen.
      const isCut = !truthful && /^(interrupted|stream end encountered)$/i.test(reason);
      end(undefined, isCut || code === 1006 || code === 1015 ? 0 : code, reason);
    }
  }

  function fail(code: ClientErrorCode, message: string): void {
    end(clientError(code, message));
  }

  function failWith(failure: unknown): void {
    end(classifyFailure(failureText(failure)));
  }

  /** Without a code it was not clean. */
  function end(error: ClientError | undefined, code?: number, reason?: string): void {
    if (ended) return;
    ended = true;
    [timer, silenceTimer, graceTimer].forEach((each) => {
      timers.clearTimeout(each);
    });
    if (!portClosed) abandon();
    timers.setTimeout(() => {
      session.readyState = 3;
      if (error) emit({ type: 'error', message: error.message, error });
      emit({ type: 'close', code: code || 1006, reason: reason || '', wasClean: Boolean(code) });
    }, 0);
  }

  /** Gives the platform's socket back: it counts towards the limit until it is closed. */
  function abandon(): void {
    closePort(options.abandonCode, '', nothing);
  }

  function closePort(code: number | undefined, reason: string, failed: (failure: unknown) => void): void {
    try {
      port?.close(code, reason, failed);
    } catch (error) {
      failed(error);
    }
  }

  /** Ends the session when this option's time is over. */
  function limit(option: 'connectTimeoutMs' | 'closeTimeoutMs', code: ClientErrorCode): void {
    const ms = options[option];
    if (ms) timer = timers.setTimeout(() => end(exceeded(code, option, ms)), ms);
  }

  /** Wall-clock: timers stand still in the background and then all fire at once. */
  function watchSilence(delayMs: number, checkedAt: number): void {
    silenceTimer = timers.setTimeout(() => {
      const now = timers.now();
      // After a freeze, what the peer sent meanwhile may still stand behind this timer.
      const quietMs = now - checkedAt > 2 * silenceTimeoutMs ? 0 : now - lastSeen;
      if (quietMs < silenceTimeoutMs) watchSilence(silenceTimeoutMs - quietMs, now);
      else end(exceeded('MH_CLIENT_SILENT', 'silenceTimeoutMs', silenceTimeoutMs));
    }, delayMs);
  }

  limit('connectTimeoutMs', 'MH_CLIENT_CONNECT_TIMEOUT');
  try {
    port = driver(request, { open: handleOpen, message: handleMessage, error: failWith, close: handleClose });
    // It ended while the driver was still at work.
    if (ended) abandon();
  } catch (error) {
    failWith(error);
  }
  return session;
}
