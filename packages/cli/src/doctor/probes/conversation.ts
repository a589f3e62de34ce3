import type { LookupFunction } from 'node:net';
import { WebSocket } from 'ws';
import { reasons } from '../reason.ts';
import type { HttpRequest } from './exchange.ts';
import { type Route, reasonOf } from './route.ts';

/** Ends every message of the hub protocol. @see signalr.md 1.4 */
const recordEnd = '\u001e';

/** How a conversation is begun. */
export interface ConversationOptions {
  readonly path: string;
  readonly kind: 'hub' | 'raw';
  readonly headers: HttpRequest['headers'];
  readonly compression?: boolean;
}

/** A whole WebSocket to the endpoint, past the hub's handshake. What it hears goes to whoever listens. */
export class Conversation implements AsyncDisposable {
  readonly socket: WebSocket;
  /** Why it ended: `1006`, `1009 too big`, `ECONNRESET`. */
  ended: string | undefined;
  /** What came first of all; it may come together with the answer to the handshake. */
  firstSign: 'ping' | 'message' | undefined;
  readonly #listeners = new Set<(text: string | undefined) => void>();

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      this.firstSign ??= 'message';
      this.#tell(data.toString('utf8'));
    });
    socket.on('ping', () => {
      this.firstSign ??= 'ping';
    });
    socket.on('error', (error) => {
      this.ended ??= reasonOf(error);
    });
    socket.on('close', (code, reason) => {
      this.ended ??= `${code}${reason.length > 0 ? ` ${reason.toString('utf8')}` : ''}`;
      this.#tell(undefined);
    });
  }

  /** Calls back with each message, and with `undefined` at the end. */
  listen(listener: (text: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Waits until `take` has an answer; `undefined` when it ended before, or time is up. */
  until<T>(take: (text: string) => T | undefined, timeoutMs: number): Promise<T | undefined> {
    return new Promise((resolve) => {
      const finish = (value: T | undefined): void => {
        clearTimeout(timer);
        stop();
        resolve(value);
      };
      const timer = setTimeout(() => finish(undefined), timeoutMs);
      const stop = this.listen((text) => {
        const taken = text === undefined ? undefined : take(text);
        if (text === undefined || taken !== undefined) finish(taken);
      });
      if (this.ended !== undefined) finish(undefined);
    });
  }

  #tell(text: string | undefined): void {
    for (const listener of [...this.#listeners]) listener(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => this.socket.once('close', () => resolve()));
    this.socket.close(1000);
    const impatient = setTimeout(() => this.socket.terminate(), 500);
    await closed;
    clearTimeout(impatient);
  }
}

/** Takes the records of a hub out of a chunk. */
export function recordsOf(text: string): readonly Record<string, unknown>[] {
  return text.split(recordEnd).flatMap((record) => {
    try {
      const value: unknown = JSON.parse(record);
      return typeof value === 'object' && value !== null ? [{ ...value }] : [];
    } catch {
      // The empty text behind the last mark, or something that is no hub message.
      return [];
    }
  });
}

/** A hub message on the wire. */
export function record(message: object): string {
  return JSON.stringify(message) + recordEnd;
}

function connect(route: Route, { path, headers, compression = false }: ConversationOptions): WebSocket {
  const { address, host, port, secure, timeoutMs } = route;
  const lookup: LookupFunction = (_host, options, done) => {
    if (options.all === true) done(null, [{ address: address.address, family: address.family }]);
    else done(null, address.address, address.family);
  };
  const name = host.includes(':') ? `[${host}]` : host;
  return new WebSocket(`${secure ? 'wss' : 'ws'}://${name}:${port}${path}`, {
    headers: Object.fromEntries(headers),
    perMessageDeflate: compression,
    handshakeTimeout: timeoutMs,
    followRedirects: false,
    maxPayload: 16 * 1024 * 1024,
    // The certificate has been looked at already; secrets are only in `headers` when it was good.
    rejectUnauthorized: false,
    lookup,
  });
}

/**
 * Opens a conversation.
 * @returns it, or in words why there is none
 */
export async function converse(route: Route, options: ConversationOptions): Promise<Conversation | string> {
  const conversation = new Conversation(connect(route, options));
  const { socket } = conversation;
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true));
    socket.once('close', () => resolve(false));
  });
  if (!opened) return conversation.ended ?? reasons.closed;
  if (options.kind === 'raw') return conversation;
  const answering = conversation.until((text) => recordsOf(text)[0], route.timeoutMs);
  socket.send(record({ protocol: 'json', version: 1 }));
  const answer = await answering;
  if (answer !== undefined && answer.error === undefined) return conversation;
  const { ended } = conversation;
  await conversation[Symbol.asyncDispose]();
  return typeof answer?.error === 'string' ? answer.error : `${reasons.noHubAnswer} (${ended ?? reasons.timeout})`;
}
