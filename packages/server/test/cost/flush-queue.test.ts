import { MessageType } from '@minihub/protocol';
import { createHubServer, defineHub, method } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { HubHandle } from '../../src/hub-handle.ts';
import { FlushQueue } from '../../src/outbound/flush-queue.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HubHarness } from '../support/hub-harness.ts';
import { turns } from '../support/turn.ts';

interface Client {
  message(text: string): void;
}

const hub = defineHub<Client>()({ methods: { ping: method([], () => 'pong') } });

describe('a flush that takes long', () => {
  it('lets others have their turn, keeps the order, and says how long it took', async () => {
    const clock = new FakeClock();
    const reports: unknown[] = [];
    const queue = new FlushQueue({ clock, onPieces: (pieces) => reports.push(pieces) });
    const order: string[] = [];
    for (let i = 0; i < 100; i++) {
      queue.add({
        flush() {
          clock.advance(1);
          order.push(`${i}`);
          // What is added meanwhile goes behind those that still wait.
          if (i === 0) queue.add({ flush: () => order.push('late') });
        },
      });
    }
    const flushedAtOthersTurns: number[] = [];
    const others = (): void => {
      flushedAtOthersTurns.push(order.length);
      if (order.length < 101) setImmediate(others);
    };
    setImmediate(others);
    await turns(8);
    expect(order).toEqual([...Array.from({ length: 100 }, (_, i) => `${i}`), 'late']);
    expect(flushedAtOthersTurns).toEqual([32, 64, 96, 101]);
    expect(reports).toEqual([{ connections: 101, pieces: 4, durationMs: 100 }]);
  });

  it('delivers what is sent to a connection between the pieces behind what it had', async () => {
    const clock = new FakeClock();
    const queue = new FlushQueue({ clock });
    const harness = new HubHarness(hub, {}, false, { flushQueue: queue });
    const { clients } = new HubHandle<Client>(harness.host);
    const receivers = await Promise.all(Array.from({ length: 70 }, () => harness.connect()));
    for (const { transport } of receivers) {
      const write = transport.write.bind(transport);
      transport.write = (frame) => {
        clock.advance(1);
        write(frame);
      };
    }
    void clients.all.message('first');
    setImmediate(() => void clients.all.message('second'));
    await turns(12);
    for (const { calls } of receivers) expect(calls.map(([, text]) => text)).toEqual(['first', 'second']);
  });
});

describe('flushIntervalMs', () => {
  async function patientHub() {
    const clock = new FakeClock();
    const flushQueue = new FlushQueue({ intervalMs: 20, clock });
    const harness = new HubHarness(hub, { flushIntervalMs: 20 }, false, { flushQueue });
    const receivers = await Promise.all(Array.from({ length: 3 }, () => harness.connect()));
    return { clock, receivers, clients: new HubHandle<Client>(harness.host).clients };
  }

  it('joins what is sent within the interval into one write, with one timer for everybody', async () => {
    const { clock, receivers, clients } = await patientHub();
    for (const text of ['1', '2', '3']) {
      void clients.all.message(text);
      await turns();
      clock.advance(5);
    }
    await turns();
    expect(receivers.map(({ transport }) => transport.writes.length)).toEqual([1, 1, 1]);
    expect(clock.pending).toBe(1);
    clock.advance(5);
    await turns();
    expect(receivers.map(({ transport }) => transport.writes.length)).toEqual([2, 2, 2]);
    for (const { calls } of receivers) expect(calls.map(([, text]) => text)).toEqual(['1', '2', '3']);
    expect(clock.pending).toBe(0);
  });

  it('holds up no answer, and an answer takes along what waits before it', async () => {
    const { receivers, clients } = await patientHub();
    void clients.all.message('before');
    const [asking, other] = receivers;
    asking?.invoke('1', 'ping');
    await turns();
    expect(asking?.received.map(({ type }) => type)).toEqual([MessageType.Invocation, MessageType.Completion]);
    expect(other?.received).toEqual([]);
  });

  it('holds up nothing that is urgent', async () => {
    const { receivers, clients } = await patientHub();
    void clients.all.message('patient');
    void clients.all.with({ urgent: true }).message('urgent');
    await turns();
    for (const { calls } of receivers) expect(calls.map(([, text]) => text)).toEqual(['patient', 'urgent']);
  });

  it('is refused when it is no time', () => {
    const server = createHubServer();
    expect(() => server.map('/hub', hub, { limits: { flushIntervalMs: -1 } })).toThrow(
      expect.objectContaining({ code: 'MH_SERVER_INVALID_OPTION' }),
    );
  });
});
