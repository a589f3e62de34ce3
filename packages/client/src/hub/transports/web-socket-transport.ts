import { type MinihubError, resumeCloseCode } from '@minihub/protocol';
import { clientError } from '../../errors.ts';
import type { HostTimers } from '../../web-socket/host.ts';
import type { SocketDriver } from '../../web-socket/socket-port.ts';
import { openSession } from '../../web-socket/socket-session.ts';
import type { OpenTransport } from './transport.ts';

/** How long the platform may take to confirm a close, in milliseconds. */
const closeTimeoutMs = 5_000;

/** How long a platform may take to say that it took a frame, in milliseconds: some never say so. */
const sendTimeoutMs = 1_000;

/** Frames that wait are joined up to this length. */
const joinedLength = 16_384;

type Frame = string | Uint8Array;

/** Takes frames from the front of a queue, as many as fit, and joins them: hub messages are self-delimiting. */
function takeJoined(queue: Frame[]): Frame {
  let count = 0;
  let length = 0;
  while (count < queue.length && (count === 0 || length + (queue[count] as Frame).length <= joinedLength)) {
    length += (queue[count++] as Frame).length;
  }
  const taken = queue.splice(0, count);
  if (typeof taken[0] === 'string') return taken.join('');
  const joined = new Uint8Array(length);
  let at = 0;
  taken.forEach((frame) => {
    joined.set(frame as Uint8Array, at);
    at += frame.length;
  });
  return joined;
}

/**
 * WebSockets, on the session below the WHATWG class: it knows the platforms' quirks, and the class's events and exceptions
 * would be dead weight here.
 *
 * One frame is handed over at a time, and what comes meanwhile is joined: a platform that refuses a frame and takes the next
 * one would leave a hole, and stateful reconnect counts messages without numbers on them.
 */
export function webSocketTransport(driver: SocketDriver, timers: HostTimers): OpenTransport {
  return ({ url, headers, timeoutMs }, events) => {
    let failure: MinihubError | undefined;
    let queue: Frame[] = [];
    let handedOver = 0;
    let taken = 0;
    let timer: unknown;
    const options = {
      headers,
      connectTimeoutMs: timeoutMs,
      timers,
      closeTimeoutMs,
      silenceTimeoutMs: 0,
      abandonCode: resumeCloseCode,
    };
    const session = openSession(driver, { url, protocols: [], options }, (event) => {
      if (event.type === 'open') events.opened();
      else if (event.type === 'message') events.received(event.data);
      else if (event.type === 'error') failure = event.error;
      else {
        timers.clearTimeout(timer);
        const { code, reason, wasClean } = event;
        if (!wasClean && !failure) {
          failure = clientError('MH_CLIENT_NETWORK', `The socket closed with ${code} ${reason}`);
        }
        events.closed(failure, code);
      }
    });
    const handOver = (): void => {
      timers.clearTimeout(timer);
      if (queue.length === 0) return;
      const frame = takeJoined(queue);
      const id = ++handedOver;
      const done = (): void => {
        if (taken >= id) return;
        taken = id;
        handOver();
      };
      // A platform takes no views; the copy has the exact range.
      session.send(typeof frame === 'string' ? frame : (frame.slice().buffer as ArrayBuffer), frame.length, done);
      if (taken < id) timer = timers.setTimeout(done, sendTimeoutMs);
    };
    return {
      send(frame) {
        queue.push(frame);
        if (taken === handedOver) handOver();
      },
      close(toResume) {
        if (!toResume) while (queue.length > 0) handOver();
        queue = [];
        timers.clearTimeout(timer);
        session.close(toResume ? resumeCloseCode : 1000, '');
      },
      verify: () => session.verify(),
      bufferedBytes: () => queue.reduce((sum, { length }) => sum + length, session.bufferedAmount),
    };
  };
}
