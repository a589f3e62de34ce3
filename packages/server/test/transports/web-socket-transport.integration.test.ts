import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { EndpointWebSocket, WebSocketTransport } from '../../src/transport/web-socket-transport.ts';
import { createGate, Inbox } from '../support/inbox.ts';
import { RecordingSink, transportSpec } from '../support/transport-spec.ts';

transportSpec('WebSockets', async () => {
  const http = createServer();
  const upgrades = new WebSocketServer({ noServer: true, WebSocket: EndpointWebSocket });
  const sink = new RecordingSink();
  const accepted = createGate<WebSocketTransport>();
  http.on('upgrade', (request, socket, head) => {
    upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      const transport = new WebSocketTransport(webSocket, socket, { closeAnswer: 'normal' });
      transport.sink = sink;
      accepted.open(transport);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const received = new Inbox<string>();
  const ended = createGate<number | undefined>();
  client.on('message', (data: Buffer) => received.put(data.toString()));
  client.on('close', (code) => ended.open(code));
  client.on('error', () => {});
  await new Promise((resolve) => client.once('open', resolve));
  return {
    transport: await accepted.passed,
    sink,
    peer: {
      send: (text) => client.send(text),
      received,
      close: () => client.close(),
      cut: () => client.terminate(),
      ended: ended.passed,
    },
    async [Symbol.asyncDispose]() {
      client.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
});
