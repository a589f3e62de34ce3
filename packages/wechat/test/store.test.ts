import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../src/index.ts';
import { storeBehaviours } from '../src/testing.ts';

describe('the memory store', () => {
  it.each(storeBehaviours)('$name', async ({ check }) => {
    let nowMs = 0;
    const pass = async (ms: number): Promise<void> => {
      nowMs += ms;
    };
    await check(createMemoryStore({ now: () => nowMs }), pass);
  });

  it('forgets the value that was set longest ago when there are too many', async () => {
    const store = createMemoryStore({ maxEntries: 2 });
    await store.set('a', '1', 60_000);
    await store.set('b', '2', 60_000);
    await store.set('a', '3', 60_000);
    await store.set('c', '4', 60_000);
    expect([await store.get('a'), await store.get('b'), await store.get('c')]).toEqual(['3', undefined, '4']);
  });

  it('lets go of what is over without being asked for it', async () => {
    let nowMs = 0;
    const store = createMemoryStore({ now: () => nowMs, maxEntries: 10 });
    for (let i = 0; i < 10; i++) await store.set(`old ${i}`, '', 1_000);
    await store.set('kept', 'yes', 60_000);
    nowMs = 5_000;
    // What is over is swept away and makes room: nothing that is still good has to go.
    for (let i = 0; i < 9; i++) await store.set(`new ${i}`, `${i}`, 60_000);
    expect(await store.get('kept')).toBe('yes');
    for (let i = 0; i < 9; i++) expect(await store.get(`new ${i}`)).toBe(`${i}`);
  });
});

describe('the behaviours of a store', () => {
  it('find a store that never forgets', async () => {
    const values = new Map<string, string>();
    const store = {
      get: async (key: string) => values.get(key),
      set: async (key: string, value: string) => void values.set(key, value),
      delete: async (key: string) => void values.delete(key),
    };
    const failures: string[] = [];
    for (const { name, check } of storeBehaviours) {
      values.clear();
      await check(store, async () => {}).catch(() => failures.push(name));
    }
    expect(failures).toEqual(['forgets a value when its time is over, and not before']);
  });
});
