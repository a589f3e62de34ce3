import type { AttachOptions, HubServer, RawDisconnectInfo } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { trapFaults } from '../support/fault-trap.ts';
import { Inbox } from '../support/inbox.ts';
import { type RunningServer, startServer } from '../support/start-server.ts';
import { type ConformanceCase, caseLimits, conformanceCases } from './support/rfc-6455-cases.ts';
import { type Frame, opcodes, TcpClient, toClosePayload, toFrame } from './support/tcp-client.ts';

trapFaults();

interface EchoServer extends RunningServer {
  readonly ends: Inbox<RawDisconnectInfo>;
}

async function startEcho(attach: AttachOptions = {}): Promise<EchoServer> {
  const ends = new Inbox<RawDisconnectInfo>();
  const prepare = (hubs: HubServer): void => {
    hubs.mapRaw(
      '/echo',
      {
        message: (connection, data) => connection.send(data),
        disconnected: (_, info) => ends.put(info),
      },
      { limits: caseLimits },
    );
  };
  const server = await startServer(prepare, {}, 0, undefined, attach);
  return Object.assign(server, { ends });
}

const goodbye = toFrame(opcodes.close, toClosePayload(1000));

function payloads(frames: readonly Frame[], ...kinds: readonly number[]): (string | Buffer)[] {
  return frames
    .filter(({ opcode }) => kinds.includes(opcode))
    .map(({ opcode, payload }) => (opcode === opcodes.text ? payload.toString() : payload));
}

/** What the server answers until it ends the connection, in the form of a case. */
async function answersOf(client: TcpClient): Promise<Required<Omit<ConformanceCase, 'name' | 'sent'>>> {
  const { frames, rest } = await client.untilEnd();
  expect(rest).toHaveLength(0);
  expect(frames.every(({ fin, rsv, isMasked }) => fin && rsv === 0 && !isMasked)).toBe(true);
  const closes = payloads(frames, opcodes.close) as Buffer[];
  expect(closes).toHaveLength(1);
  expect(frames.at(-1)?.opcode).toBe(opcodes.close);
  const [closed] = closes;
  return {
    echoes: payloads(frames, opcodes.text, opcodes.binary),
    pongs: payloads(frames, opcodes.pong),
    closed: [closed?.readUInt16BE(0) ?? 0, closed?.toString('utf8', 2) ?? ''],
  };
}

function expected({ echoes = [], pongs = [], closed = [1000] }: ConformanceCase): object {
  return { echoes, pongs: pongs.map((pong) => Buffer.from(pong as string)), closed: [closed[0], closed[1] ?? ''] };
}

/** Whether a connection that was there all the time still works. */
async function expectHealthy(client: TcpClient): Promise<void> {
  client.write(toFrame(opcodes.text, 'still there?'));
  expect((await client.nextFrame()).payload.toString()).toBe('still there?');
}

describe('a raw endpoint, by RFC 6455', () => {
  // Each case in one write, as a fast network brings it, and byte by byte, as a slow one does; that is left out where
  // it would only be long.
  const isShort = ({ sent }: ConformanceCase): boolean => sent.reduce((sum, { length }) => sum + length, 0) < 400;
  const inOne = conformanceCases.map((one) => [one.name, one] as const);
  const byBytes = conformanceCases.filter(isShort).map((one) => [one.name, one] as const);
  const byPieces = conformanceCases.filter((one) => !isShort(one)).map((one) => [one.name, one] as const);

  it.each(inOne)('handles %s', async (_, one) => {
    await using server = await startEcho();
    await using bystander = await TcpClient.open(server.port, '/echo');
    await using client = await TcpClient.open(server.port, '/echo');
    client.write(...one.sent, ...(one.closed === undefined ? [goodbye] : []));
    expect(await answersOf(client)).toEqual(expected(one));
    await expectHealthy(bystander);
  });

  it.each(byBytes)('handles, byte by byte, %s', async (_, one) => {
    await using server = await startEcho();
    await using client = await TcpClient.open(server.port, '/echo');
    for (const byte of Buffer.concat([...one.sent, ...(one.closed === undefined ? [goodbye] : [])])) {
      client.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await answersOf(client)).toEqual(expected(one));
  });

  it.each(inOne)('handles, where node:http has read the handshake, %s', async (_, one) => {
    await using server = await startEcho({ directUpgrades: false });
    await using client = await TcpClient.open(server.port, '/echo');
    client.write(...one.sent, ...(one.closed === undefined ? [goodbye] : []));
    expect(await answersOf(client)).toEqual(expected(one));
  });

  it.each(byPieces)('handles, in writes of 997 bytes, %s', async (_, one) => {
    await using server = await startEcho();
    await using client = await TcpClient.open(server.port, '/echo');
    const bytes = Buffer.concat([...one.sent, ...(one.closed === undefined ? [goodbye] : [])]);
    for (let at = 0; at < bytes.length; at += 997) {
      client.write(bytes.subarray(at, at + 997));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await answersOf(client)).toEqual(expected(one));
  });

  it('agrees on the sub-protocol that the client offers first', async () => {
    await using server = await startEcho();
    await using client = await TcpClient.open(server.port, '/echo', 'mini, other');
    await expectHealthy(client);
  });
});

describe('a raw endpoint whose client', () => {
  it.each([
    ['a head', toFrame(opcodes.text, 'x').subarray(0, 1)],
    ['a frame', toFrame(opcodes.text, 'half of this').subarray(0, 9)],
    ['a message', toFrame(opcodes.text, 'one', { fin: false })],
    ['a close frame', goodbye.subarray(0, 7)],
  ])('is cut within %s is told of a broken transport', async (_, part) => {
    await using server = await startEcho();
    await using bystander = await TcpClient.open(server.port, '/echo');
    await using client = await TcpClient.open(server.port, '/echo');
    client.write(part);
    client.socket.end();
    expect(await server.ends.next()).toMatchObject({ cause: 'transport', code: 1006, reason: '' });
    await expectHealthy(bystander);
    expect(server.hubs.connectionCount).toBe(1);
  });

  it('is reset is told of a broken transport', async () => {
    await using server = await startEcho();
    await using client = await TcpClient.open(server.port, '/echo');
    client.write(toFrame(opcodes.text, 'x'));
    await client.nextFrame();
    client.socket.resetAndDestroy();
    expect(await server.ends.next()).toMatchObject({ cause: 'transport', error: { code: 'MH_SERVER_TRANSPORT' } });
  });

  it('breaks the rules is told of that', async () => {
    await using server = await startEcho();
    await using client = await TcpClient.open(server.port, '/echo');
    client.write(toFrame(3, 'x'));
    expect(await server.ends.next()).toMatchObject({ cause: 'protocol', error: { code: 'MH_SERVER_TRANSPORT' } });
  });

  it('says why it leaves is told that', async () => {
    await using server = await startEcho();
    await using client = await TcpClient.open(server.port, '/echo');
    client.write(toFrame(opcodes.close, toClosePayload(4321, '下班了')));
    expect(await server.ends.next()).toEqual({ cause: 'client', code: 4321, reason: '下班了' });
    await client.untilEnd();
  });
});
