import type { WechatStore } from './store.ts';

/** One thing that every {@link WechatStore} does. */
export interface StoreBehaviour {
  readonly name: string;
  /** Rejects when the store does not do it. `pass` lets time go by, in milliseconds. */
  check(store: WechatStore, pass: (ms: number) => Promise<void>): Promise<void>;
}

function expectValue(found: string | undefined, expected: string | undefined, about: string): void {
  if (found !== expected)
    throw new Error(`${about}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
}

/**
 * What every store does, for any test runner; each behaviour wants a store of its own.
 * @example for (const { name, check } of storeBehaviours) it(name, () => check(makeStore(), pass));
 */
export const storeBehaviours: readonly StoreBehaviour[] = [
  {
    name: 'gives back what was set, whatever the characters',
    async check(store) {
      for (const value of ['', 'a', '你好 👋', '{"a":[1,"\u0000"]}', 'x'.repeat(10_000)]) {
        await store.set('key', value, 60_000);
        expectValue(await store.get('key'), value, 'the value');
      }
    },
  },
  {
    name: 'knows nothing of other keys',
    async check(store) {
      await store.set('a:b', '1', 60_000);
      expectValue(await store.get('a'), undefined, 'a shorter key');
      expectValue(await store.get('a:b:c'), undefined, 'a longer key');
      expectValue(await store.get('__proto__'), undefined, '__proto__');
    },
  },
  {
    name: 'replaces a value, and its time with it',
    async check(store, pass) {
      await store.set('key', 'old', 2_000);
      await store.set('key', 'new', 60_000);
      await pass(3_000);
      expectValue(await store.get('key'), 'new', 'the value');
    },
  },
  {
    name: 'forgets a value when its time is over, and not before',
    async check(store, pass) {
      await store.set('short', '1', 2_000);
      await store.set('long', '2', 60_000);
      await pass(1_000);
      expectValue(await store.get('short'), '1', 'before its time is over');
      await pass(2_000);
      expectValue(await store.get('short'), undefined, 'after its time is over');
      expectValue(await store.get('long'), '2', 'another one');
    },
  },
  {
    name: 'deletes, also what is not there',
    async check(store) {
      await store.delete('none');
      await store.set('key', '1', 60_000);
      await store.delete('key');
      expectValue(await store.get('key'), undefined, 'the deleted value');
    },
  },
];
