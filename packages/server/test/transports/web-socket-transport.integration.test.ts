import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import { systemClock } from '../../src/clock.ts';
import { openingAnswer } from '../../src/http/opening-handshake.ts';
import { ReadTurns } from '../../src/transport/read-turns.ts';
import { binaryFraming, textFraming } from '../../src/transport/web-socket-framing.ts';
import { WebSocketTransport } from '../../src/transport/web-socket-transport.ts';
import { FrameReader } from '../../src/web-socket/frame-reader.ts';
import { createGate, Inbox } from '../support/inbox.ts';
import { RecordingSink, transportSpec } from '../support/transport-spec.ts';

const rules = {
  reader: new FrameReader({ maxMessageBytes: 0, maxFragments: 0, mayCompress: false }),
  readTurns: new ReadTurns(),
  framings: { Text: textFraming, Binary: binaryFraming },
  closeAnswer: 'normal',
  closeTimeoutMs: 5_000,
  clock: systemClock,
} as const;

transportSpec('WebSockets', async () => {
  const http = createServer();
  const sink = new RecordingSink();
  const accepted = createGate<WebSocketTransport>();
  http.on('upgrade', ({ headers }, socket, head) => {
    const key = headers['sec-websocket-key'] as string;
    socket.write(openingAnswer({ key, subprotocol: '', extensions: undefined }));
    const transport = new WebSocketTransport(socket, head, rules);
    transport.sink = sink;
    accepted.open(transport);
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
