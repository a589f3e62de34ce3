import type { IncomingMessage } from 'node:http';
import { WebSocket as WsSocket } from 'ws';
import type { DialEvents, DialedSocket, DialRequest, SocketDriver } from './socket-driver.ts';

function dial(request: DialRequest, events: DialEvents): DialedSocket {
  const ws = new WsSocket(request.url, {
    // Subprotocols too come as a header: ws refuses answers without a subprotocol, and phones do not.
    headers: request.headers,
    perMessageDeflate: request.perMessageDeflate,
    followRedirects: false,
    maxPayload: 0,
  });
  let headers: { [name: string]: string } = {};
  ws.on('upgrade', (response: IncomingMessage) => {
    headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
    delete response.headers['sec-websocket-protocol'];
  });
  ws.on('open', () => events.open(headers));
  ws.on('message', (data: Buffer, isBinary: boolean) => {
    events.message(isBinary ? new Uint8Array(data).buffer : data.toString('utf8'));
  });
  ws.on('unexpected-response', (clientRequest, response) => {
    response.resume();
    clientRequest.destroy();
    events.failed('status');
  });
  ws.on('error', (error: Error) => {
    events.failed(/certificate|SSL|TLS|self.signed/i.test(error.message) ? 'tls' : 'refused');
  });
  ws.on('close', (code: number, reason: Buffer) => events.closed(code, reason.toString('utf8')));
  return {
    send: (data) => ws.send(typeof data === 'string' ? data : Buffer.from(data)),
    close: (code, reason) => ws.close(code, reason),
    terminate: () => ws.terminate(),
    pause: () => {
      if (ws.readyState === WsSocket.OPEN) ws.pause();
    },
  };
}

/** Real connections from Node.js. */
export const wsDriver: SocketDriver = { dial };
