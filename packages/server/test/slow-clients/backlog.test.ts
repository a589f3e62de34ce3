import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Backlog } from '../../src/outbound/backlog.ts';
import { Batch } from '../../src/outbound/batch.ts';

interface Entry {
  readonly id: number;
  readonly key: string | undefined;
  readonly mayGo: boolean;
}

const anyKey = fc.constantFrom(undefined, 'a', 'b');
const anyStep = fc.oneof(
  fc.record({ do: fc.constant('add' as const), key: anyKey, mayGo: fc.boolean() }),
  fc.record({ do: fc.constant('drop' as const), key: anyKey }),
  fc.record({ do: fc.constant('shift' as const) }),
);

const textOf = (batch: Batch | undefined): string | undefined => batch?.bytes.toString();

describe('Backlog', () => {
  it('does what a plain list does', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 100 }), (steps) => {
        const backlog = new Backlog();
        let list: Entry[] = [];
        for (const [id, step] of steps.entries()) {
          if (step.do === 'add') {
            const { key, mayGo } = step;
            const droppable = mayGo ? { key, policy: 'drop-oldest' as const } : undefined;
            backlog.add(new Batch(undefined, Buffer.from(`${id}`)), droppable);
            list.push({ id, key, mayGo });
          } else if (step.do === 'shift') {
            const first = list.shift();
            expect(textOf(backlog.shift())).toBe(first && `${first.id}`);
          } else {
            const found = list.find(({ key, mayGo }) => mayGo && (step.key === undefined || key === step.key));
            expect(backlog.dropOldest(step.key)?.byteLength).toBe(found && `${found.id}`.length);
            list = list.filter((entry) => entry !== found);
          }
          expect(backlog.length).toBe(list.length);
          expect(backlog.byteLength).toBe(list.map((entry) => `${entry.id}`).join('').length);
          expect(backlog.firstBytes).toBe(list.length === 0 ? 0 : `${list[0]?.id}`.length);
        }
        for (const { id } of list) expect(textOf(backlog.shift())).toBe(`${id}`);
        expect(backlog.shift()).toBeUndefined();
      }),
    );
  });

  it('drops from a long line as fast as from a short one', () => {
    const backlog = new Backlog();
    const message = new Batch(undefined, Buffer.from('x'));
    // Quadratic work would take minutes.
    for (let n = 0; n < 300_000; n++) backlog.add(message, { key: `${n % 1_000}`, policy: 'latest' });
    for (let n = 0; n < 100_000; n++) backlog.dropOldest(`${n % 1_000}`);
    for (let n = 0; n < 100_000; n++) backlog.shift();
    expect(backlog.length).toBe(100_000);
    while (backlog.dropOldest() !== undefined);
    expect([backlog.length, backlog.byteLength]).toEqual([0, 0]);
  });
});
