import { type MinihubError, resumeCloseCode } from '@minihub/protocol';
import { clientError } from '../../errors.ts';
import type { HostTimers } from '../../web-socket/host.ts';
import type { SocketDriver } from '../../web-socket/socket-port.ts';
import { SocketSession } from '../../web-socket/socket-session.ts';
import type { OpenTransport } from './transport.ts';

/** How long the platform may take to confirm a close, in milliseconds. */
const closeTimeoutMs = 5_000;

/**
 * WebSockets, on the session below the WHATWG class: it knows the platforms' quirks, and the class's events and exceptions
 * would be dead weight here.
 */
export function webSocketTransport(driver: SocketDriver, timers: HostTimers): OpenTransport {
  return (target, events) => {
    let failure: MinihubError | undefined;
    const { headers, timeoutMs } = target;
    const session = new SocketSession(
      driver,
      { url: target.url, protocols: [], options: { headers, connectTimeoutMs: timeoutMs } },
      { timers, closeTimeoutMs, silenceTimeoutMs: 0 },
      {
        opened: events.opened,
        received: events.received,
        failed: (error) => {
          failure = error;
        },
        closed: (code, reason, wasClean) => {
          if (!wasClean && failure === undefined) {
            failure = clientError('MH_CLIENT_NETWORK', `The socket closed with ${code} ${reason}`);
          }
          events.closed(failure, code);
        },
      },
    );
    return {
      send(data) {
        // A platform takes no views; the copy has the exact range.
        if (typeof data === 'string') session.send(data, data.length);
        else session.send(data.slice().buffer as ArrayBuffer, data.length);
      },
      close: (toResume) => session.close(toResume ? resumeCloseCode : 1000, ''),
      verify: () => session.verify(),
      bufferedBytes: () => session.bufferedAmount,
    };
  };
}
