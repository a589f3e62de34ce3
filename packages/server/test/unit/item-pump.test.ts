import { describe, expect, it } from 'vitest';
import { ItemPump } from '../../src/dispatch/item-pump.ts';
import { createDeferred } from '../support/deferred.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { turns } from '../support/turn.ts';

function pumpOf(source: unknown, onItem: (item: unknown) => Promise<void> | undefined = () => undefined) {
  const log = new RecordingLog();
  const seen: unknown[] = [];
  const iterator = ItemPump.iteratorOf(source);
  if (iterator === undefined) throw new Error('not iterable');
  const pump = new ItemPump(iterator, log.log, {
    item: (item) => {
      seen.push(item);
      return onItem(item);
    },
    done: () => seen.push('done'),
    failed: (error) => seen.push(['failed', (error as Error).message]),
  });
  return { pump, seen, log };
}

describe('ItemPump', () => {
  it('takes anything iterable, and nothing else', () => {
    for (const source of [[1], new Set(), (function* () {})(), (async function* () {})()]) {
      expect(ItemPump.iteratorOf(source)).toBeDefined();
    }
    for (const source of [undefined, null, 1, 'text', {}, () => {}])
      expect(ItemPump.iteratorOf(source)).toBeUndefined();
  });

  it('moves the items in order and says when there are no more', async () => {
    const { pump, seen } = pumpOf([1, 2, 3]);
    pump.run();
    await turns(1);
    expect(seen).toEqual([1, 2, 3, 'done']);
  });

  it('waits for room before it asks for the next', async () => {
    const room = createDeferred();
    let asked = 0;
    const { pump, seen } = pumpOf(
      (function* () {
        for (;;) yield ++asked;
      })(),
      (item) => (item === 2 ? room.promise : undefined),
    );
    pump.run();
    await turns(2);
    expect(asked).toBe(2);
    pump.cancel();
    room.resolve();
    await turns(1);
    expect(seen).toEqual([1, 2, 'done']);
  });

  it('ends at once when cancelled while the source is busy, and tells the source', async () => {
    let ended = false;
    const next = createDeferred();
    const { pump, seen } = pumpOf(
      (async function* () {
        try {
          await next.promise;
          yield 1;
        } finally {
          ended = true;
        }
      })(),
    );
    pump.run();
    pump.cancel();
    pump.cancel();
    expect(seen).toEqual(['done']);
    next.resolve();
    await turns(1);
    expect([ended, seen]).toEqual([true, ['done']]);
  });

  it('reports a source that breaks', async () => {
    const { pump, seen } = pumpOf(
      (async function* () {
        yield 1;
        throw new Error('boom');
      })(),
    );
    pump.run();
    await turns(1);
    expect(seen).toEqual([1, ['failed', 'boom']]);
  });

  it('ends the source when an item cannot be sent', async () => {
    let returned = 0;
    const source = { next: () => ({ value: 1n }), return: () => ({ done: true, value: returned++ }) };
    const { pump, seen } = pumpOf({ [Symbol.iterator]: () => source }, () => {
      throw new Error('unencodable');
    });
    pump.run();
    await turns(1);
    expect([seen, returned]).toEqual([[1n, ['failed', 'unencodable']], 1]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('x');
      },
    ],
    ['rejects', () => Promise.reject(new Error('x'))],
  ])('only logs when the source %s while it is ended', async (_, cleanUp) => {
    const { pump, seen, log } = pumpOf({
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: cleanUp }),
    });
    pump.run();
    pump.cancel();
    await turns(1);
    expect([seen, log.events]).toEqual([['done'], ['streamCleanupThrew']]);
  });

  // A stream that never waits ran to its end within one turn: nobody else was served, and no cancel could be read.
  it('gives others their turn while a source never waits, so that it can be cancelled', async () => {
    const source = (function* () {
      for (let n = 0; n < 100_000; n++) yield n;
    })();
    const { pump, seen } = pumpOf(source);
    pump.run();
    await turns(1);
    pump.cancel();
    const sent = seen.length;
    await turns();
    expect(sent).toBeGreaterThan(1);
    expect(sent).toBeLessThan(100_000);
    expect(seen.length).toBe(sent);
    expect(seen.at(-1)).toBe('done');
  });
});
