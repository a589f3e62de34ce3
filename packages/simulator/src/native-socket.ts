import { type FailureKind, failureText } from './failure-texts.ts';
import type { Phone } from './phone.ts';
import type { DialedSocket } from './socket-driver.ts';
import type { SocketTraffic } from './socket-traffic.ts';
import { soon } from './soon.ts';

type Happening = SocketTraffic extends infer Entry
  ? Entry extends SocketTraffic
    ? Omit<Entry, 'at' | 'socket' | 'url'>
    : never
  : never;

/** What the app asked for. */
export interface ConnectRequest {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly protocols: readonly string[];
  readonly timeoutMs: number;
  readonly perMessageDeflate: boolean;
}

/** What a native socket tells the code of the app, already in the app's own thread. */
export interface NativeSocketEvents {
  open(headers: { [name: string]: string }): void;
  message(data: string | ArrayBuffer): void;
  error(errMsg: string): void;
  close(code: number, reason: string): void;
}

/** How a connection is lost. `silent`: nobody hears of it, on neither side. */
export type LossKind = 'reset' | 'drop' | 'silent';

function canonical(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (match) => match.toUpperCase()).replace('Websocket', 'WebSocket');
}

/** Calls `deliver` in the order of `delay` calls, each after the latency of the moment. */
class DelayLine {
  #phone: Phone;
  #lastAt = 0;

  constructor(phone: Phone) {
    this.#phone = phone;
  }

  delay(deliver: () => void): void {
    const { clock } = this.#phone;
    const now = clock.now();
    const at = Math.max(this.#lastAt, now + this.#phone.network.latency());
    if (at <= now) deliver();
    else {
      this.#lastAt = at;
      clock.setTimeout(deliver, at - now);
    }
  }
}

/** The platform's own socket: a real one to a real server, with the phone's rules and faults on top. */
export class NativeSocket {
  readonly id: number;
  readonly request: ConnectRequest;
  /** What the code of the app sees; it may be stale. */
  readyState = 0;
  #phone: Phone;
  #events: NativeSocketEvents;
  #wire: DialedSocket | undefined;
  #state: 'new' | 'connecting' | 'open' | 'gone' = 'new';
  #asked: { code: number; reason: string } | undefined;
  #muted: boolean = false;
  #timer: unknown;
  #outgoing: DelayLine;
  #incoming: DelayLine;

  constructor(phone: Phone, id: number, request: ConnectRequest, events: NativeSocketEvents) {
    this.#phone = phone;
    this.#events = events;
    this.id = id;
    this.request = request;
    this.#outgoing = new DelayLine(phone);
    this.#incoming = new DelayLine(phone);
  }

  /** Whether it counts towards the limit. */
  get alive(): boolean {
    return this.#state !== 'gone';
  }

  get open(): boolean {
    return this.#state === 'open';
  }

  /** Starts the handshake, or reports why it cannot. */
  connect(refusal: FailureKind | undefined): void {
    this.#state = 'connecting';
    this.#note({ kind: 'connect' });
    if (refusal !== undefined) {
      soon(() => this.refuse(refusal));
      return;
    }
    const { request } = this;
    this.#timer = this.#phone.clock.setTimeout(() => this.refuse('timeout'), request.timeoutMs);
    const dial = (): void => {
      if (this.#state === 'connecting' && !this.#muted) this.#dial();
    };
    soon(() => this.#outgoing.delay(dial));
  }

  /** Ends a handshake with this failure. */
  refuse(kind: FailureKind): void {
    if (this.#state !== 'connecting') return;
    this.#release();
    const detail = kind === 'limit' ? String(this.id) : this.request.url;
    this.#fail(failureText(this.#phone.platform, kind, detail));
  }

  /** Hands a frame over. Returns the platform's complaint, if it has one at once. */
  send(data: string | ArrayBuffer): string | undefined {
    if (this.#state === 'gone') return 'sendSocketMessage:fail taskID not exist';
    if (this.#state !== 'open' || this.#asked !== undefined) {
      return 'sendSocketMessage:fail SocketTask.readyState is not OPEN';
    }
    // A copy: the app may write into its buffer while the frame waits.
    const payload = typeof data === 'string' ? data : data.slice(0);
    this.#note({ kind: 'sent', data: payload });
    this.#outgoing.delay(() => {
      if (!this.#muted) this.#wire?.send(payload);
    });
    return undefined;
  }

  /** Asks for a close. Returns the platform's complaint, if it has one. */
  close(code: number, reason: string): string | undefined {
    if (this.#state === 'gone') return 'closeSocket:fail wcwss taskID not exist';
    if (this.#state !== 'open') {
      if (!this.#phone.quirks.closeIgnoredWhileConnecting) this.refuse('interrupted');
      return undefined;
    }
    if (this.#asked !== undefined) return undefined;
    this.#asked = { code, reason };
    this.readyState = 2;
    this.#outgoing.delay(() => {
      if (!this.#muted) this.#wire?.close(code, reason);
    });
    this.#timer = this.#phone.clock.setTimeout(() => this.#giveUpClose(), this.#phone.quirks.closeTimeoutMs);
    return undefined;
  }

  /** Loses the connection as the outside world would. */
  lose(kind: LossKind): void {
    if (this.#state === 'connecting' && kind !== 'silent') this.refuse('offline');
    if (this.#state !== 'open') {
      if (kind === 'silent') this.#mute();
      return;
    }
    if (kind === 'reset') {
      this.#wire?.terminate();
      return;
    }
    this.#mute();
    if (kind === 'silent') return;
    const reported = !this.#phone.quirks.silentDrop && !this.#phone.quirks.errorWithoutClose;
    this.#end(this.#lostCode(), reported);
  }

  /** The system cuts it, for the background. */
  cut(): void {
    if (this.#state === 'connecting') this.refuse('interrupted');
    else if (this.#state === 'open') {
      const { quirks } = this.#phone;
      this.#wire?.terminate();
      this.#end({ code: 1000, reason: 'interrupted' }, !quirks.skipCloseInBackground);
    }
  }

  /** The native side forgets it without a word; send and close fail from now on, and readyState stays. */
  forget(): void {
    this.#release();
    this.#wire?.terminate();
  }

  #dial(): void {
    const { request } = this;
    const headers: { [name: string]: string } = { ...request.headers };
    const { sendsSubprotocol } = this.#phone.quirks;
    if (request.protocols.length > 0 && sendsSubprotocol)
      headers['Sec-WebSocket-Protocol'] = request.protocols.join(', ');
    const { perMessageDeflate } = request;
    this.#wire = this.#phone.socketDriver.dial(
      { url: this.#phone.route(request.url), headers, perMessageDeflate },
      {
        open: (answered) => this.#incoming.delay(() => this.#handleOpen(this.#shownHeaders(answered))),
        message: (data) => this.#incoming.delay(() => this.#handleMessage(data)),
        failed: (kind) => this.#incoming.delay(() => this.refuse(kind)),
        closed: (code, reason) => this.#incoming.delay(() => this.#handleClose(code, reason)),
      },
    );
  }

  #shownHeaders(answered: { readonly [name: string]: string }): { [name: string]: string } {
    const { headerCase } = this.#phone.quirks;
    const shown: { [name: string]: string } = {};
    if (headerCase === 'none') return shown;
    for (const [name, value] of Object.entries(answered)) {
      shown[headerCase === 'lower' ? name : canonical(name)] = value;
    }
    return shown;
  }

  #handleOpen(headers: { [name: string]: string }): void {
    if (this.#state !== 'connecting' || this.#muted) return;
    const { clock, quirks, thread } = this.#phone;
    const chosen = Object.keys(headers).some((name) => name.toLowerCase() === 'sec-websocket-protocol');
    if (quirks.requiresSubprotocol && this.request.protocols.length > 0 && !chosen) {
      this.refuse('subprotocol');
      return;
    }
    clock.clearTimeout(this.#timer);
    const lost = quirks.openLostBehindOlder && this.#phone.sockets.some((other) => other.shadows(this));
    this.#state = 'open';
    this.#note({ kind: 'open' });
    thread.run(() => {
      if (this.readyState === 0) this.readyState = 1;
      if (!lost) this.#events.open(headers);
    });
  }

  /** Whether this is an older open socket to the same address. */
  shadows(other: NativeSocket): boolean {
    return this.open && this.id < other.id && this.request.url === other.request.url;
  }

  #handleMessage(data: string | ArrayBuffer): void {
    if (this.#state !== 'open' || this.#muted) return;
    this.#note({ kind: 'received', data });
    this.#phone.thread.run(() => this.#events.message(data));
  }

  #handleClose(code: number, reason: string): void {
    if (this.#state === 'connecting') this.refuse('refused');
    if (this.#state !== 'open' || this.#muted) return;
    const { quirks, platform } = this.#phone;
    const local = this.#asked !== undefined;
    if (local && quirks.closeCodeLies) {
      this.#end(
        platform === 'ios' ? { code: 1001, reason: 'Stream end encountered' } : { code: 1005, reason: '' },
        true,
      );
    } else if (local) this.#end({ code, reason: reason === '' ? 'normal closure' : reason }, true);
    else if (code === 1006) this.#end(this.#lostCode(), !quirks.silentDrop && !quirks.errorWithoutClose);
    else this.#end({ code, reason }, true);
  }

  #lostCode(): { code: number; reason: string } {
    switch (this.#phone.platform) {
      case 'ios':
        return { code: 1001, reason: 'Stream end encountered' };
      case 'android':
        return { code: 1006, reason: 'abnormal closure' };
      case 'devtools':
        return { code: 1006, reason: '' };
    }
  }

  #fail(errMsg: string): void {
    const { quirks, thread } = this.#phone;
    this.#note({ kind: 'error', errMsg });
    thread.run(() => {
      this.readyState = 3;
      this.#events.error(errMsg);
    });
    if (quirks.errorWithoutClose) return;
    thread.run(() => this.#events.close(1006, ''));
    if (quirks.closeTwice) thread.run(() => this.#events.close(1006, ''));
  }

  #end(close: { code: number; reason: string }, reported: boolean): void {
    const { quirks, thread } = this.#phone;
    this.#release();
    this.#note({ kind: 'close', ...close, reported });
    if (!reported) {
      if (!quirks.staleReadyState) this.readyState = 3;
      return;
    }
    const tell = (): void => {
      this.readyState = 3;
      this.#events.close(close.code, close.reason);
    };
    thread.run(tell);
    if (quirks.closeTwice) thread.run(tell);
  }

  /** The peer never answered the close. */
  #giveUpClose(): void {
    if (this.#state !== 'open') return;
    this.#wire?.terminate();
    this.#end(this.#lostCode(), true);
  }

  /** Nothing passes any more, in either direction, and the server cannot know. */
  #mute(): void {
    if (!this.#muted) this.#note({ kind: 'mute' });
    this.#muted = true;
    this.#wire?.pause();
  }

  #note(happening: Happening): void {
    const { clock, traffic } = this.#phone;
    traffic.emit({ at: clock.now(), socket: this.id, url: this.request.url, ...happening } as SocketTraffic);
  }

  #release(): void {
    if (this.#state === 'connecting') this.#wire?.terminate();
    this.#phone.clock.clearTimeout(this.#timer);
    this.#state = 'gone';
  }
}
