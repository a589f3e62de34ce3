import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvocationSlots, type Slot } from '../../src/dispatch/invocation-slots.ts';

/** Slots whose entries write down when they start. */
function recordStarts(capacity: number) {
  const started: string[] = [];
  const held = new Map<string, Slot>();
  let roomCalls = 0;
  const slots = new InvocationSlots(capacity, () => {
    roomCalls++;
  });
  return {
    slots,
    started,
    held,
    get roomCalls() {
      return roomCalls;
    },
    enter: (name: string, needsSlot = true) =>
      slots.enter(
        (slot) => {
          started.push(name);
          held.set(name, slot);
        },
        { needsSlot },
      ),
  };
}

describe('InvocationSlots', () => {
  it('starts the next one when the one before gives its slot back', () => {
    const { slots, started, held, enter } = recordStarts(1);
    enter('a');
    enter('b');
    enter('c');
    expect(started).toEqual(['a']);
    expect(slots.waiting).toBe(2);
    held.get('a')?.release();
    expect(started).toEqual(['a', 'b']);
    expect(slots.waiting).toBe(1);
  });

  it('knows what those weigh that wait', () => {
    const slots = new InvocationSlots(1);
    const held: Slot[] = [];
    for (const weight of [1, 20, 300]) slots.enter((slot) => held.push(slot), { needsSlot: true, weight });
    expect(slots.waitingWeight).toBe(320);
    held[0]?.release();
    expect(slots.waitingWeight).toBe(300);
    slots.clear();
    expect(slots.waitingWeight).toBe(0);
  });

  it('takes a slot back only once', () => {
    const { started, held, enter } = recordStarts(1);
    enter('a');
    enter('b');
    enter('c');
    held.get('a')?.release();
    held.get('a')?.release();
    expect(started).toEqual(['a', 'b']);
  });

  it('lets what needs no slot start beside what holds one', () => {
    const { started, enter } = recordStarts(1);
    enter('a');
    enter('stream', false);
    expect(started).toEqual(['a', 'stream']);
  });

  it('lets what needs no slot keep its place behind those that wait, and hold up nobody', () => {
    const { started, held, enter } = recordStarts(1);
    enter('a');
    enter('b');
    enter('stream', false);
    enter('c');
    expect(started).toEqual(['a']);
    held.get('a')?.release();
    expect(started).toEqual(['a', 'b', 'stream']);
    held.get('b')?.release();
    expect(started).toEqual(['a', 'b', 'stream', 'c']);
  });

  it('forgets those that wait', () => {
    const { slots, started, held, enter } = recordStarts(1);
    enter('a');
    enter('b');
    slots.clear();
    held.get('a')?.release();
    expect(started).toEqual(['a']);
    expect(slots.waiting).toBe(0);
  });

  it('says that there is room when a release has started others, and only then', () => {
    const recorded = recordStarts(1);
    recorded.enter('a');
    recorded.enter('b');
    expect(recorded.roomCalls).toBe(0);
    recorded.held.get('a')?.release();
    expect(recorded.roomCalls).toBe(1);
    recorded.held.get('b')?.release();
    expect(recorded.roomCalls).toBe(1);
  });

  // A client that pipelined some thousand calls behind a slow one overflowed the stack: each start ran inside the last.
  it('keeps the stack flat however many end at once', () => {
    const slots = new InvocationSlots(1);
    let first: Slot | undefined;
    let ended = 0;
    slots.enter(
      (slot) => {
        first = slot;
      },
      { needsSlot: true },
    );
    for (let i = 0; i < 20_000; i++) {
      slots.enter(
        (slot) => {
          ended++;
          slot.release();
        },
        { needsSlot: true },
      );
    }
    first?.release();
    expect(ended).toBe(20_000);
  });

  it('runs at most `capacity` at once, in order, whatever ends when', () => {
    const steps = fc.array(fc.oneof(fc.constant('enter'), fc.constant('stream'), fc.nat({ max: 20 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), steps, (capacity, actions) => {
        const { started, held, enter, slots } = recordStarts(capacity);
        const entered: string[] = [];
        const released = new Set<string>();
        for (const [index, action] of actions.entries()) {
          if (typeof action === 'number') {
            const name = started[action];
            if (name?.startsWith('enter')) {
              released.add(name);
              held.get(name)?.release();
            }
          } else {
            entered.push(`${action}${index}`);
            enter(`${action}${index}`, action === 'enter');
          }
          const running = started.filter((name) => name.startsWith('enter') && !released.has(name)).length;
          expect(running).toBeLessThanOrEqual(capacity);
          expect(started).toEqual(entered.slice(0, started.length));
          expect(slots.waiting).toBe(entered.length - started.length);
          // Nobody waits while there is a free slot.
          if (slots.waiting > 0) expect(running).toBe(capacity);
        }
      }),
    );
  });
});
