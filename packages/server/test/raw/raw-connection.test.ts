import { inspect } from 'node:util';
import type { RawConnection } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { createDeferred } from '../support/deferred.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { turns } from '../support/turn.ts';
import { createRawHarness, RawPeer } from './support/raw-harness.ts';

trapFaults();

describe('a raw connection that sends', () => {
  it('keeps text text and binary binary, one message each', async () => {
    const { connect } = createRawHarness({});
    const { connection, peer } = connect();
    connection.send('é');
    connection.send(Uint8Array.of(1, 2, 3));
    connection.send('');
    await turns();
    expect(peer.written).toBe('8102c3a9' + '8203010203' + '8100');
  });

  it('writes the messages of one turn at once', async () => {
    const { connect } = createRawHarness({ message: (connection, data) => connection.send(data) });
    const { peer } = connect();
    for (let i = 0; i < 16; i++) peer.push(`message ${i}`);
    await turns();
    expect(peer.writes).toHaveLength(1);
  });

  it('copies bytes, so that the sender may go on with them', async () => {
    const { connect } = createRawHarness({});
    const { connection, peer } = connect();
    const bytes = Uint8Array.of(1, 2, 3, 4).subarray(1, 3);
    connection.send(bytes);
    bytes.fill(9);
    await turns();
    expect(peer.written).toBe('82020203');
  });

  it('tells how much has not left, and when most of it has', async () => {
    const { connect } = createRawHarness({});
    const { connection, peer } = connect();
    await connection.writable();
    peer.isStalled = true;
    connection.send('x'.repeat(100_000));
    await turns();
    expect(connection.bufferedBytes).toBe(100_010);
    let isWritable = false;
    void connection.writable().then(() => {
      isWritable = true;
    });
    await turns();
    expect(isWritable).toBe(false);
    peer.drain();
    await turns();
    expect(isWritable).toBe(true);
  });

  it('stops waiting for room when the connection ends', async () => {
    const { connect } = createRawHarness({});
    const { connection, peer } = connect();
    peer.isStalled = true;
    connection.send('x'.repeat(100_000));
    await turns();
    const writable = connection.writable();
    peer.end({ graceful: false });
    await writable;
    connection.send('nobody hears this');
    await connection.writable();
  });

  it('is cut when too much waits for it, with one line in the log', async () => {
    const causes: string[] = [];
    const { connect, log, host } = createRawHarness(
      { disconnected: (_, { cause, error }) => causes.push(`${cause} ${error?.code}`) },
      { maxBufferedBytes: 1_000 },
    );
    const { connection, peer } = connect();
    peer.isStalled = true;
    for (let i = 0; i < 5; i++) {
      connection.send(Buffer.alloc(70_000));
      connection.send(Buffer.alloc(70_000));
    }
    expect(peer.ending).toEqual({ how: 'terminate' });
    await turns();
    expect(causes).toEqual(['slow MH_SERVER_SLOW_CLIENT']);
    expect(log.of('slowClient')).toHaveLength(1);
    expect(host.openConnections).toBe(0);
  });

  it('is cut as well when what waits was not sent by us, as answers to pings', async () => {
    const causes: string[] = [];
    const { connect, advance } = createRawHarness({ disconnected: (_, { cause }) => causes.push(cause) });
    const { peer } = connect();
    peer.bufferedBytes = 9_000_000;
    advance(1_000);
    await turns();
    expect(causes).toEqual(['slow']);
  });

  it('may have any amount waiting when the limit is off', async () => {
    const { connect } = createRawHarness({}, { maxBufferedBytes: 0 });
    const { connection, peer } = connect();
    peer.isStalled = true;
    connection.send(Buffer.alloc(20_000_000));
    await turns();
    expect(peer.ending).toBeUndefined();
  });
});

describe('a raw connection that closes', () => {
  it('sends what came before, then 1000 without a reason', () => {
    const { connect } = createRawHarness({});
    const { connection, peer } = connect();
    connection.send('bye');
    connection.close();
    connection.close(4000, 'again');
    connection.send('too late');
    expect(peer.written).toBe('8103627965');
    expect([peer.ending, peer.closeReason]).toEqual([{ how: 'close', code: 1000 }, '']);
  });

  it('cuts a reason that does not fit into the frame', () => {
    const { connect } = createRawHarness({});
    const { connection, peer } = connect();
    connection.close(4999, '再见'.repeat(30));
    expect(peer.ending).toEqual({ how: 'close', code: 4999 });
    expect(peer.closeReason).toBe(`${'再见'.repeat(20)}再`);
  });

  it.each([0, 999, 1001, 1005, 1006, 1011, 1015, 2999, 5000, 3000.5, Number.NaN])('refuses the code %s', (code) => {
    const { connect, endpoint } = createRawHarness({});
    const { connection, peer } = connect();
    const refusal = expect.objectContaining({ code: 'MH_SERVER_INVALID_OPTION' });
    expect(() => connection.close(code)).toThrow(refusal);
    expect(() => endpoint.disconnectAll({ code })).toThrow(refusal);
    expect(peer.ending).toBeUndefined();
  });

  it('drops messages that wait, and those that still come', async () => {
    const gate = createDeferred();
    const seen: string[] = [];
    const { connect } = createRawHarness({
      message: async (_, data) => {
        seen.push(String(data));
        await gate.promise;
      },
    });
    const { connection, peer } = connect('a', new RawPeer(false));
    peer.push('one');
    peer.push('two');
    connection.close();
    peer.push('three');
    peer.end();
    gate.resolve();
    await turns();
    expect(seen).toEqual(['one']);
  });

  it('aborts its signal, whether it was asked for before or after', () => {
    const { connect } = createRawHarness({});
    const { connection } = connect();
    const { signal } = connection;
    expect(signal.aborted).toBe(false);
    connection.close();
    expect(signal.aborted).toBe(true);
    const other = connect('b').connection;
    other.close();
    expect(other.signal.aborted).toBe(true);
  });
});

describe('a raw connection in logs', () => {
  it('shows who it is, and no header', () => {
    const { connect, endpoint } = createRawHarness({});
    const { connection } = connect();
    expect(inspect(connection)).toBe("RawConnection { id: 'a', user: 'user-a' }");
    expect(inspect(endpoint)).toBe('RawEndpoint { connections: 1 }');
  });
});

describe('a raw endpoint', () => {
  it('frames a broadcast once for all receivers, in order with what each is sent itself', async () => {
    const { connect, endpoint } = createRawHarness({});
    const clients = ['a', 'b', 'c', 'd'].map((id) => connect(id));
    expect(endpoint.broadcast('news', { except: ['b', 'nobody'] })).toBe(3);
    clients[3]?.connection.send('more');
    await turns();
    const [a, b, c, d] = clients.map(({ peer }) => peer.writes);
    expect(a).toEqual([Buffer.from('\x81\x04news', 'latin1')]);
    expect(a?.[0]).toBe(c?.[0]);
    expect(b).toEqual([]);
    expect(d).toEqual([Buffer.from('\x81\x04news\x81\x04more', 'latin1')]);
  });

  it('shares the joined write of several broadcasts', async () => {
    const { connect, endpoint } = createRawHarness({});
    const clients = ['a', 'b'].map((id) => connect(id));
    endpoint.broadcast('one');
    endpoint.broadcast(Uint8Array.of(2));
    await turns();
    const [a, b] = clients.map(({ peer }) => peer.writes);
    expect(a).toHaveLength(1);
    expect(a?.[0]).toBe(b?.[0]);
  });

  it('lists its connections until they end', () => {
    const { connect, endpoint } = createRawHarness({});
    const { connection } = connect('a');
    connect('b');
    expect([...endpoint.connections.keys()]).toEqual(['a', 'b']);
    connection.close();
    expect([...endpoint.connections.keys()]).toEqual(['b']);
    expect(endpoint.connectionCount).toBe(1);
    expect(endpoint.broadcast('who is there?')).toBe(1);
    expect(endpoint.disconnectAll()).toBe(1);
  });

  it('disconnects everybody', async () => {
    const endings: unknown[] = [];
    const { connect, endpoint } = createRawHarness({ disconnected: (_, info) => endings.push(info) });
    const peers = ['a', 'b'].map((id) => connect(id).peer);
    expect(endpoint.disconnectAll({ code: 4001, reason: 'closed for today' })).toBe(2);
    expect(endpoint.connectionCount).toBe(0);
    expect(peers.map(({ closeReason }) => closeReason)).toEqual(['closed for today', 'closed for today']);
    await turns();
    expect(endings).toEqual(Array(2).fill({ cause: 'server', code: 4001, reason: '' }));
  });
});

/** A handler with a state of its own. */
class CountingHandler {
  count = 0;

  message(_: RawConnection, data: string | Buffer): void {
    this.count += data.length;
  }
}

describe('a raw handler', () => {
  it('may be an object of a class', () => {
    const handler = new CountingHandler();
    const { connect } = createRawHarness(handler);
    connect().peer.push('four');
    expect(handler.count).toBe(4);
  });
});
