import { once } from 'node:events';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startServer } from '../support/start-server.ts';

it('echoes text and binary', async () => {
  await using server = await startServer((hubs) => {
    hubs.mapRaw('/echo', { message: (connection, data) => connection.send(data) });
  });
  const client = new WebSocket(server.wsUrl('/echo'));
  await once(client, 'open');
  client.send('héllo 你好');
  expect(String((await once(client, 'message'))[0])).toBe('héllo 你好');
  client.send(Buffer.from([0, 1, 255]));
  const [data, isBinary] = await once(client, 'message');
  expect([data, isBinary]).toEqual([Buffer.from([0, 1, 255]), true]);
  client.close(4001, 'bye');
  expect((await once(client, 'close'))[0]).toBe(4001);
});
