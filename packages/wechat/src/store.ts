/**
 * Where sessions, access tokens and grants are kept. Three methods, so that Redis, a database or anything else fits;
 * `@minihub/wechat/testing` has the behaviour suite for it. Values are short texts; what is gone at its time is gone.
 */
export interface WechatStore {
  /** The value, or `undefined` when there is none or its time is over. */
  get(key: string): Promise<string | undefined>;
  /** Keeps a value for `ttlMs` milliseconds, in place of the one before. */
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Forgets a value; no error when there is none. */
  delete(key: string): Promise<void>;
}

/** What {@link createMemoryStore} takes. */
export interface MemoryStoreOptions {
  /** Milliseconds since 1970; tests hand in their own. @defaultValue `Date.now` */
  readonly now?: () => number;
  /** Values that are kept; beyond that the one that was set longest ago goes. 0 keeps all. @defaultValue 100_000 */
  readonly maxEntries?: number;
}

/** Entries looked at for their time with each `set`, so that nothing piles up and no timer is needed. */
const sweptPerSet = 4;

/** A store in the memory of this process: what is in it is gone with the process, and other nodes do not see it. */
export function createMemoryStore(options: MemoryStoreOptions = {}): WechatStore {
  const { now = Date.now, maxEntries = 100_000 } = options;
  const entries = new Map<string, { readonly value: string; readonly untilMs: number }>();
  let sweep = entries.entries();

  const sweepSome = (): void => {
    for (let i = 0; i < sweptPerSet; i++) {
      const next = sweep.next();
      if (next.done) {
        sweep = entries.entries();
        return;
      }
      const [key, { untilMs }] = next.value;
      if (untilMs <= now()) entries.delete(key);
    }
  };

  return {
    async get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (entry.untilMs > now()) return entry.value;
      entries.delete(key);
      return undefined;
    },
    async set(key, value, ttlMs) {
      sweepSome();
      // Deleted first, so that it stands last: the first entry is the one that was set longest ago.
      entries.delete(key);
      entries.set(key, { value, untilMs: now() + ttlMs });
      if (maxEntries > 0 && entries.size > maxEntries) entries.delete(entries.keys().next().value as string);
    },
    async delete(key) {
      entries.delete(key);
    },
  };
}
