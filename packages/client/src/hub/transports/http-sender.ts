import { type ClientError, clientError } from '../../errors.ts';
import type { HttpClient } from '../http.ts';
import type { TransportTarget } from './transport.ts';

/** A POST that takes longer than this, in milliseconds, has failed. */
export const postTimeoutMs = 100_000;

/** The error of a response that should have been a success. */
export function refusal(status: number, what: string): ClientError {
  const code =
    status === 401 || status === 403
      ? 'MH_CLIENT_UNAUTHORIZED'
      : status === 404
        ? 'MH_CLIENT_RESUME_REFUSED'
        : 'MH_CLIENT_HTTP';
  return clientError(code, `${what} was answered with HTTP status ${status}`);
}

/** The way to the server by POST: one request at a time, and what was sent meanwhile goes together in the next. */
export class HttpSender {
  /** Bytes (or UTF-16 units) that were given to `send` and are not on their way. */
  bufferedBytes = 0;
  private waiting: (string | Uint8Array)[] = [];
  private busy = false;
  private idle: (() => void)[] = [];
  private readonly http: HttpClient;
  private readonly target: TransportTarget;
  private readonly failed: (error: ClientError) => void;

  constructor(http: HttpClient, target: TransportTarget, failed: (error: ClientError) => void) {
    this.http = http;
    this.target = target;
    this.failed = failed;
  }

  send(data: string | Uint8Array): void {
    this.waiting.push(data);
    this.bufferedBytes += data.length;
    this.flush();
  }

  /** Calls back when everything has been sent, or will not be. */
  whenIdle(act: () => void): void {
    if (this.busy) this.idle.push(act);
    else act();
  }

  private flush(): void {
    if (this.busy) return;
    const [first] = this.waiting;
    if (first === undefined) {
      const { idle } = this;
      this.idle = [];
      idle.forEach((act) => {
        act();
      });
      return;
    }
    // One kind at a time: the handshake is text in a binary protocol too.
    const kind = typeof first;
    let count = 0;
    while (count < this.waiting.length && typeof this.waiting[count] === kind) count++;
    const parts = this.waiting.splice(0, count);
    const body = typeof first === 'string' ? parts.join('') : joined(parts as Uint8Array[]);
    this.bufferedBytes -= body.length;
    this.busy = true;
    const { url, headers } = this.target;
    const type = typeof body === 'string' ? 'text/plain;charset=UTF-8' : 'application/octet-stream';
    this.http({
      method: 'POST',
      url,
      headers: { ...headers, 'Content-Type': type },
      body,
      timeoutMs: postTimeoutMs,
    }).then(
      ({ status }) => {
        this.busy = false;
        if (status === 200) this.flush();
        else this.fail(refusal(status, 'A message'));
      },
      (error) => {
        this.busy = false;
        this.fail(error as ClientError);
      },
    );
  }

  private fail(error: ClientError): void {
    this.waiting = [];
    this.flush();
    this.failed(error);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  parts.forEach((part) => {
    whole.set(part, at);
    at += part.length;
  });
  return whole;
}
