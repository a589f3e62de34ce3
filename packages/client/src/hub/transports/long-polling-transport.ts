import { type ClientError, clientError } from '../../errors.ts';
import { withQuery } from '../route.ts';
import type { FallbackTransport } from './fallback.ts';
import { HttpSender, refusal } from './http-sender.ts';
import type { OpenTransport } from './transport.ts';

/** A poll that hangs for longer than this, in milliseconds, has failed; the server answers after 90 seconds. */
const pollTimeoutMs = 100_000;

/** A hanging poll is the sign of life of this transport; the session is told this often, in milliseconds. */
const aliveMs = 5_000;

function longPollingTransport({ http, timers, binary }: Parameters<FallbackTransport['create']>[0]): OpenTransport {
  return (target, events) => {
    const { url, headers } = target;
    let opened = false;
    let over = false;
    let closing = false;
    let timer: unknown;
    const finish = (error?: ClientError): void => {
      if (over) return;
      over = true;
      timers.clearTimeout(timer);
      events.closed(error);
    };
    const sender = new HttpSender(http, target, finish);
    const alive = (until: number): void => {
      timer = timers.setTimeout(() => {
        if (timers.now() > until)
          finish(clientError('MH_CLIENT_SILENT', `A poll was not answered in ${pollTimeoutMs} ms`));
        else {
          events.received('');
          if (!over) alive(until);
        }
      }, aliveMs);
    };
    const poll = (): void => {
      if (over) return;
      const responseType = binary ? 'arraybuffer' : 'text';
      // Never from a cache.
      const fresh = withQuery(url, '_', String(timers.now()));
      if (opened) alive(timers.now() + pollTimeoutMs);
      http({ method: 'GET', url: fresh, headers, timeoutMs: pollTimeoutMs, responseType }).then(
        ({ status, body }) => {
          timers.clearTimeout(timer);
          if (over) return;
          if (status === 204) finish();
          else if (status !== 200) finish(refusal(status, 'A poll'));
          else {
            if (!opened) {
              // The first poll returns at once: signalr.md 1.6
              opened = true;
              events.opened();
            } else if ((typeof body === 'string' ? body.length : body.byteLength) > 0 && !closing)
              events.received(body);
            poll();
          }
        },
        (error) => finish(error as ClientError),
      );
    };
    // Nothing is told before the transport was returned.
    timers.setTimeout(poll, 0);
    return {
      send: (data) => sender.send(data),
      close() {
        if (over || closing) return;
        closing = true;
        if (!opened) finish();
        else {
          // What was sent goes first; then the server ends the poll that hangs.
          sender.whenIdle(() => {
            http({ method: 'DELETE', url, headers, timeoutMs: 10_000 }).then(
              () => finish(),
              () => finish(),
            );
          });
        }
      },
      bufferedBytes: () => sender.bufferedBytes,
    };
  };
}

/** Long polling: works wherever HTTP does, at the price of a request per batch of messages. @see signalr.md 1.6 */
export function longPolling(): FallbackTransport {
  return { name: 'LongPolling', create: longPollingTransport };
}
