import type { DialEvents, DialedSocket, DialRequest, SocketDriver } from '../socket-driver.ts';

/** What the relay tells: the real connection's events. */
export type RelayEvent =
  | { readonly type: 'open'; readonly headers: { readonly [name: string]: string } }
  | { readonly type: 'failed'; readonly kind: 'status' | 'tls' | 'refused' }
  | { readonly type: 'closed'; readonly code: number; readonly reason: string };

/** What the relay is told. Messages travel beside it: binary as they are, text behind a `t`, and these behind a `c`. */
export type RelayCommand =
  | { readonly type: 'dial'; readonly request: DialRequest }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  | { readonly type: 'terminate' | 'pause' };

function dispatch(event: RelayEvent, events: DialEvents): void {
  switch (event.type) {
    case 'open':
      events.open(event.headers);
      break;
    case 'failed':
      events.failed(event.kind);
      break;
    case 'closed':
      events.closed(event.code, event.reason);
      break;
  }
}

function dial(address: string, request: DialRequest, events: DialEvents): DialedSocket {
  const wire = new WebSocket(address);
  wire.binaryType = 'arraybuffer';
  let over = false;
  const command = (one: RelayCommand): void => {
    if (wire.readyState === WebSocket.OPEN) wire.send(`c${JSON.stringify(one)}`);
  };
  wire.onopen = () => command({ type: 'dial', request });
  wire.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data !== 'string') events.message(data);
    else if (data.startsWith('t')) events.message(data.slice(1));
    else {
      const event = JSON.parse(data.slice(1)) as RelayEvent;
      over = event.type === 'closed';
      dispatch(event, events);
    }
  };
  wire.onclose = () => {
    // The relay itself is gone: to the phone its network is.
    if (!over) events.closed(1006, '');
  };
  return {
    send: (data) => wire.send(typeof data === 'string' ? `t${data}` : data),
    close: (code, reason) => command({ type: 'close', code, reason }),
    terminate: () => {
      if (wire.readyState === WebSocket.CONNECTING) wire.close();
      else command({ type: 'terminate' });
    },
    pause: () => command({ type: 'pause' }),
  };
}

/**
 * Real connections from a browser, through the development server: a browser's own WebSocket sends no header that the app
 * sets, shows none of the answer, and tells nothing about why a handshake failed.
 */
export function relayDriver(address: string): SocketDriver {
  return { dial: (request, events) => dial(address, request, events) };
}
