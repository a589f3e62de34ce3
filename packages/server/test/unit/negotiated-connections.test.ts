import { describe, expect, it } from 'vitest';
import { createId, NegotiatedConnections } from '../../src/http/negotiated-connections.ts';
import { FakeClock } from '../support/fake-clock.ts';

function createRegistry(maxPendingConnections = 10) {
  const clock = new FakeClock();
  const registry = new NegotiatedConnections(clock, { connectTimeoutMs: 15_000, maxPendingConnections });
  const create = () => {
    const made = registry.create(1, undefined, false);
    if (made === undefined) throw new Error('full');
    return made;
  };
  return { clock, registry, create };
}

describe('NegotiatedConnections', () => {
  it('gives out ids of 22 characters, and a token that is no id', () => {
    const { registry } = createRegistry();
    const made = registry.create(1, { user: 'u' }, false);
    expect(made?.id).toMatch(/^[\w-]{22}$/);
    expect(made?.token).toMatch(/^[\w-]{22}$/);
    expect(made?.token).not.toBe(made?.id);
    expect(registry.get(made?.token ?? '')).toBe(made);
    expect(registry.get(made?.id ?? '')).toBeUndefined();
    const old = registry.create(0, undefined, false);
    expect(old?.token).toBe(old?.id);
    expect(new Set(Array.from({ length: 1_000 }, createId)).size).toBe(1_000);
  });

  it('refuses more than may wait, until one connects or goes', () => {
    const { registry, create } = createRegistry(2);
    const [a, b] = [create(), create()];
    expect(registry.create(1, undefined, false)).toBeUndefined();
    registry.activate(a, 'WebSockets');
    expect(registry.create(1, undefined, false)).toBeDefined();
    expect(registry.create(1, undefined, false)).toBeUndefined();
    registry.release(b);
    registry.release(b);
    expect(registry.waiting).toBe(1);
    registry.release(a);
    expect(registry.waiting).toBe(1);
  });

  it('has no bound when that is off', () => {
    const { registry } = createRegistry(0);
    for (let i = 0; i < 1_000; i++) expect(registry.create(1, undefined, false)).toBeDefined();
  });

  it('forgets those that nobody has come for in time, and no other', () => {
    const { registry, clock, create } = createRegistry();
    const taken = create();
    const late = create();
    registry.activate(taken, 'WebSockets');
    clock.advance(10_000);
    const young = create();
    clock.advance(4_999);
    registry.sweep(clock.now());
    expect(registry.get(late.token)).toBe(late);
    clock.advance(1);
    registry.sweep(clock.now());
    expect([taken, late, young].map(({ token }) => registry.get(token) !== undefined)).toEqual([true, false, true]);
    expect(registry.waiting).toBe(1);
  });
});
