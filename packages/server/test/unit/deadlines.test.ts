import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deadline, Deadlines } from '../../src/dispatch/deadlines.ts';
import { FakeClock } from '../support/fake-clock.ts';

class Noted extends Deadline {
  readonly #note: () => void;

  constructor(note: () => void) {
    super();
    this.#note = note;
  }

  protected override overdue(): void {
    this.#note();
  }
}

/** Timers that are early, as the machine's are: they count from the beginning of the turn in which they are set. */
class HastyClock extends FakeClock {
  override after(delayMs: number, action: () => void): () => void {
    return super.after(Math.max(1, Math.trunc(delayMs) - 3), action);
  }
}

function createDeadlines(clock = new FakeClock()) {
  const deadlines = new Deadlines(clock);
  const over: string[] = [];
  const start = (name: string, timeoutMs: number): Noted => {
    const deadline = new Noted(() => over.push(`${name} at ${clock.now()}`));
    deadline.startIn(deadlines, timeoutMs);
    return deadline;
  };
  return { clock, over, start };
}

describe('Deadlines', () => {
  it('run out at their own time, in order', () => {
    const { clock, over, start } = createDeadlines();
    start('long', 30);
    start('short', 10);
    clock.advance(5);
    start('second short', 10);
    clock.advance(100);
    expect(over).toEqual(['short at 10', 'second short at 15', 'long at 30']);
  });

  it('are one timer for all that wait equally long, and none when nobody waits', () => {
    const { clock, over, start } = createDeadlines();
    const all = Array.from({ length: 1_000 }, (_, i) => start(`${i}`, i % 2 === 0 ? 100 : 200));
    expect(clock.pending).toBe(2);
    for (const deadline of all.slice(1)) deadline.stop();
    expect(clock.pending).toBe(1);
    all[0]?.stop();
    expect(clock.pending).toBe(0);
    start('later', 100);
    expect(clock.pending).toBe(1);
    clock.advance(100);
    expect(over).toEqual(['later at 100']);
    expect(clock.pending).toBe(0);
  });

  it('may be stopped twice, and after they have run out', () => {
    const { clock, over, start } = createDeadlines();
    const first = start('first', 5);
    const second = start('second', 5);
    first.stop();
    first.stop();
    clock.advance(5);
    second.stop();
    start('third', 5);
    second.stop();
    clock.advance(5);
    expect(over).toEqual(['second at 5', 'third at 10']);
  });

  it('can wait for ever, and fractions of milliseconds', () => {
    const { clock, over, start } = createDeadlines();
    start('never', Number.POSITIVE_INFINITY);
    start('fraction', 1.5);
    clock.advance(1.4);
    expect(over).toEqual([]);
    clock.advance(0.1);
    expect(over).toEqual(['fraction at 1.5']);
    clock.advance(1e12);
    expect(over).toHaveLength(1);
  });

  it('are never early where timers are', () => {
    const { clock, over, start } = createDeadlines(new HastyClock());
    for (let i = 0; i < 20; i++) {
      start(`${i}`, 10);
      clock.advance(1);
    }
    clock.advance(20);
    expect(over).toEqual(Array.from({ length: 20 }, (_, i) => `${i} at ${i + 10}`));
    expect(clock.pending).toBe(0);
  });

  it('run out as if each had a timer of its own', () => {
    const step = fc.oneof(
      fc.record({ start: fc.constantFrom(1, 3, 3, 10, 50) }),
      fc.record({ stop: fc.nat(40) }),
      fc.record({ pass: fc.nat(20) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { clock, over, start } = createDeadlines();
        const alone = new FakeClock();
        const expected: string[] = [];
        const stops: (() => void)[] = [];
        for (const [i, each] of steps.entries()) {
          if ('start' in each) {
            const deadline = start(`${i}`, each.start);
            const stopTimer = alone.after(each.start, () => expected.push(`${i} at ${alone.now()}`));
            stops.push(() => {
              deadline.stop();
              stopTimer();
            });
          } else if ('stop' in each) {
            stops[each.stop]?.();
          } else {
            clock.advance(each.pass);
            alone.advance(each.pass);
          }
        }
        clock.advance(100);
        alone.advance(100);
        // At one moment, those that wait differently long are in no order.
        expect(over.toSorted()).toEqual(expected.toSorted());
        expect(clock.pending).toBe(0);
      }),
    );
  });
});
