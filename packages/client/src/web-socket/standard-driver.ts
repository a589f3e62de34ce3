import { nothing } from './platform-result.ts';
import type { SocketDriver, SocketRequest } from './socket-port.ts';

interface StandardEvent {
  readonly data?: unknown;
  readonly message?: unknown;
  readonly code?: number;
  readonly reason?: string;
}

/** The part of a standard WebSocket that is used. */
export interface StandardSocket {
  readonly readyState: number;
  readonly protocol: string;
  readonly extensions: string;
  readonly bufferedAmount: number;
  binaryType: string;
  onopen: unknown;
  onmessage: unknown;
  onerror: unknown;
  onclose: unknown;
  send(data: string | ArrayBuffer): void;
  close(code?: number, reason?: string): void;
}

/** A constructor of standard WebSockets: a browser's, Node's global one, or the `ws` package's. */
export type StandardSocketClass = new (url: string, protocols: string[], options?: object) => StandardSocket;

function construct(Implementation: StandardSocketClass, request: SocketRequest): StandardSocket {
  const { headers, perMessageDeflate } = request.options;
  const protocols = request.protocols.slice();
  // A browser ignores a third argument; `ws` takes its options there.
  if (headers === undefined && perMessageDeflate === undefined) return new Implementation(request.url, protocols);
  const options: { [name: string]: unknown } = {};
  if (headers !== undefined) options.headers = headers;
  if (perMessageDeflate !== undefined) options.perMessageDeflate = perMessageDeflate;
  return new Implementation(request.url, protocols, options);
}

/** The standard WebSocket of a browser or of Node, with this class's error codes, timeouts and `binaryType`. */
export function standardDriver(Implementation: StandardSocketClass): SocketDriver {
  return (request, events) => {
    const socket = construct(Implementation, request);
    socket.binaryType = 'arraybuffer';
    let errored = '';
    socket.onopen = () =>
      events.open({ 'sec-websocket-protocol': socket.protocol, 'sec-websocket-extensions': socket.extensions });
    socket.onmessage = (event: StandardEvent) => events.message(event.data as string | ArrayBuffer);
    socket.onerror = (event: StandardEvent) => {
      // Reported with the close that always follows; the words are all that an error adds, if any.
      errored = typeof event.message === 'string' && event.message !== '' ? event.message : 'The connection failed';
    };
    socket.onclose = (event: StandardEvent) => {
      if (errored !== '' && event.code === 1006) events.error(errored);
      else events.close(event.code, event.reason ?? '', true);
    };
    return {
      send(data) {
        socket.send(data);
      },
      close(code, reason) {
        if (code === undefined) socket.close();
        else socket.close(code, reason);
      },
      // Its close event comes always.
      readyState: nothing,
      queued: () => socket.bufferedAmount,
    };
  };
}
