import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader } from '../../src/web-socket/frame-reader.ts';
import { InflateTurns } from '../../src/web-socket/inflate-turns.ts';
import { opcodes, toClosePayload, toFrame } from '../raw/support/tcp-client.ts';
import { turns as realTurns } from '../support/turn.ts';
import { Scene } from './support/web-socket-scene.ts';

const { text, continuation, close, ping } = opcodes;
const maxMessageBytes = 6_000;

/** Turns that the test begins. */
class Turns {
  readonly inflate: InflateTurns;
  readonly reader: FrameReader;
  #due: (() => void)[] = [];

  constructor(maxBytes: number) {
    this.inflate = new InflateTurns(maxBytes, (action) => this.#due.push(action));
    this.reader = new FrameReader({ maxMessageBytes, maxFragments: 64, mayCompress: true, turns: this.inflate });
  }

  get isDue(): boolean {
    return this.#due.length > 0;
  }

  async next(): Promise<void> {
    const due = this.#due;
    this.#due = [];
    for (const action of due) action();
    await realTurns(2);
  }

  scene(): Scene {
    return new Scene('echo', undefined, undefined, this.reader);
  }
}

const deflated = (data: string): Buffer => deflateRawSync(data, { finishFlush: 2 }).subarray(0, -4);
/** A compressed message. */
const small = (data: string): Buffer => toFrame(text, deflated(data), { rsv: 4 });
/** The same in two fragments. */
function inTwo(data: string): Buffer {
  const bytes = deflated(data);
  return Buffer.concat([
    toFrame(text, bytes.subarray(0, 2), { rsv: 4, fin: false }),
    toFrame(continuation, bytes.subarray(2)),
  ]);
}
/** The numbers in the answers to pings. */
function pongsIn(bytes: Buffer): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length; at += 2 + (bytes[at + 1] as number)) {
    numbers.push(Number(bytes.toString('latin1', at + 2, at + 2 + (bytes[at + 1] as number))));
  }
  return numbers;
}
const long = (letter: string): string => letter.repeat(2_000);
const short = (data: string): string => data.slice(0, 1);

describe('InflateTurns', () => {
  it('have room until it is used up, and again in the next turn', async () => {
    const turns = new Turns(5_000);
    turns.inflate.spend(4_999);
    expect([turns.inflate.hasRoom, turns.isDue]).toEqual([true, true]);
    turns.inflate.spend(1);
    expect(turns.inflate.hasRoom).toBe(false);
    await turns.next();
    expect([turns.inflate.hasRoom, turns.isDue]).toEqual([true, false]);
  });

  it('count the smallest message for a kilobyte', () => {
    const turns = new Turns(10_240);
    for (let i = 0; i < 10; i++) {
      expect(turns.inflate.hasRoom).toBe(true);
      turns.inflate.spend(0);
    }
    expect(turns.inflate.hasRoom).toBe(false);
  });

  it('call those that wait in order, who waits again behind all others', async () => {
    const turns = new Turns(2_000);
    const called: string[] = [];
    const taker = (name: string, times: number) => ({
      takeTurn(): void {
        called.push(name);
        turns.inflate.spend(2_000);
        if (--times > 0) turns.inflate.wait(this);
      },
    });
    const first = taker('a', 3);
    turns.inflate.wait(first);
    turns.inflate.wait(first);
    turns.inflate.wait(taker('b', 2));
    turns.inflate.wait(taker('c', 1));
    const perTurn: number[] = [];
    while (turns.isDue) {
      const before = called.length;
      await turns.next();
      perTurn.push(called.length - before);
    }
    expect(called).toEqual(['a', 'b', 'c', 'a', 'b', 'a']);
    expect(perTurn).toEqual([1, 1, 1, 1, 1, 1, 0]);
  });

  it('are those of the event loop', async () => {
    const inflate = new InflateTurns(1_000);
    const called: number[] = [];
    for (let i = 0; i < 3; i++) {
      const takeTurn = (): void => {
        called.push(i);
        inflate.spend(1_000);
      };
      inflate.wait({ takeTurn });
    }
    for (let turn = 1; turn <= 3; turn++) {
      await realTurns(1);
      expect(called.length).toBeLessThanOrEqual(turn);
    }
    await realTurns(1);
    expect(called).toEqual([0, 1, 2]);
  });
});

describe('a WebSocket with compressed messages', () => {
  it('inflates so many bytes in one turn, and goes on in the next, in order', async () => {
    const turns = new Turns(4_000);
    const scene = turns.scene();
    await scene.send(small(long('a')), small(long('b')), toFrame(ping, '1'), small(long('c')), toFrame(ping, '2'));
    expect(scene.data.map(short)).toEqual(['a', 'b']);
    // What needs no inflating goes on until the next that does; nothing overtakes that.
    expect(scene.written).toEqual(['8a0131']);
    await scene.send(toFrame(text, 'd'), inTwo(long('e')), toFrame(text, 'f'));
    expect(scene.data).toHaveLength(2);
    await turns.next();
    expect(scene.data.map(short)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(scene.written).toEqual(['8a0131', '8a0132']);
  });

  it('reads no further meanwhile', async () => {
    const turns = new Turns(1);
    const scene = turns.scene();
    await scene.send(small(long('a')), small(long('b')));
    expect(scene.socket.isPaused()).toBe(true);
    await turns.next();
    expect([scene.socket.isPaused(), scene.data.length]).toEqual([false, 2]);
  });

  it('waits with what has come in fragments, and what came behind it', async () => {
    const turns = new Turns(1);
    const scene = turns.scene();
    await scene.send(inTwo(long('a')), inTwo(long('b')), inTwo(long('c')), toFrame(text, 'd'));
    expect(scene.data.map(short)).toEqual(['a']);
    await turns.next();
    expect(scene.data.map(short)).toEqual(['a', 'b']);
    await turns.next();
    expect(scene.data.map(short)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('waits behind others who inflate, and they do not wait for each other without need', async () => {
    const turns = new Turns(4_000);
    const [first, second, third] = [turns.scene(), turns.scene(), turns.scene()];
    await first.send(small(long('a')), small(long('b')), small(long('c')));
    await second.send(small(long('d')));
    await third.send(toFrame(text, 'plain'));
    expect([first.data.length, second.data.length, third.data.length]).toEqual([2, 0, 1]);
    await turns.next();
    expect([first.data.length, second.data.length]).toEqual([3, 1]);
  });

  it('has a share of a turn, and comes behind the others then: many bombs do not hold up one message', async () => {
    const turns = new Turns(20_000);
    const bombs = [turns.scene(), turns.scene()];
    const honest = turns.scene();
    for (const scene of bombs) await scene.send(...Array.from({ length: 30 }, () => small(long('x'))));
    await honest.send(small(long('y')));
    expect([...bombs, honest].map(({ data }) => data.length)).toEqual([10, 0, 0]);
    await turns.next();
    expect([...bombs, honest].map(({ data }) => data.length)).toEqual([15, 4, 1]);
    while (turns.isDue) await turns.next();
    expect([...bombs, honest].map(({ data }) => data.length)).toEqual([30, 30, 1]);
  });

  it('is still paused by whoever reads it, and goes on when both let it', async () => {
    const turns = new Turns(1);
    const scene = turns.scene();
    scene.onData = () => scene.transport.pause();
    await scene.send(small(long('a')), small(long('b')), toFrame(text, 'c'));
    await turns.next();
    expect(scene.data).toHaveLength(1);
    scene.transport.resume();
    await realTurns(2);
    expect(scene.data.map(short)).toEqual(['a', 'b']);
    scene.onData = undefined;
    scene.transport.resume();
    await realTurns(2);
    expect(scene.data.map(short)).toEqual(['a', 'b', 'c']);
    await scene.send(small(long('d')), small(long('e')));
    scene.transport.pause();
    scene.transport.resume();
    await realTurns(2);
    expect(scene.data.map(short)).toEqual(['a', 'b', 'c']);
    for (let turn = 0; turn < 2; turn++) await turns.next();
    expect(scene.data.map(short)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('sees the close frame behind what waits, in order', async () => {
    const turns = new Turns(1);
    const scene = turns.scene();
    await scene.send(small(long('a')), small(long('b')), toFrame(close, toClosePayload(1000)));
    await scene.leave();
    expect([scene.data.length, scene.told, scene.ends]).toEqual([1, [], []]);
    await turns.next();
    await realTurns(2);
    expect([scene.data.length, scene.told]).toEqual([2, ['closing']]);
    expect(scene.ends).toEqual([{ graceful: true, vanished: false, code: 1000, reason: '' }]);
  });

  it('that we close inflates nothing more, and waits for no turn to see the answer', async () => {
    const turns = new Turns(1);
    const scene = turns.scene();
    await scene.send(small(long('a')), small(long('b')), inTwo(long('c')), toFrame(close, toClosePayload(1000)));
    scene.transport.close(1000);
    await realTurns(2);
    expect([scene.data.length, scene.socket.isEnded]).toEqual([1, true]);
    await turns.next();
    expect(scene.data).toHaveLength(1);
  });

  it('that breaks hands out the rest turn by turn, and then tells of its end', async () => {
    const turns = new Turns(1);
    const scene = turns.scene();
    await scene.send(small(long('a')), small(long('b')), inTwo(long('c')), toFrame(text, 'd'));
    scene.socket.destroy(new Error('read ECONNRESET'));
    for (const count of [1, 2, 4]) {
      await realTurns(2);
      expect([scene.data.length, scene.ends.length]).toEqual([count, count === 4 ? 1 : 0]);
      await turns.next();
    }
    expect(scene.data.map(short)).toEqual(['a', 'b', 'c', 'd']);
    expect(scene.ends).toMatchObject([{ vanished: true, error: { message: 'read ECONNRESET' } }]);
  });

  it('that breaks while its reader has enough inflates no more than one turn allows', async () => {
    const turns = new Turns(4_000);
    const scene = turns.scene();
    scene.onData = () => scene.transport.pause();
    await scene.send(...Array.from({ length: 100 }, () => small(long('x'))));
    expect(scene.data).toHaveLength(1);
    await turns.next();
    scene.socket.destroy();
    await realTurns(2);
    while (turns.isDue) await turns.next();
    await realTurns(2);
    expect(scene.data).toHaveLength(3);
    expect(scene.ends).toHaveLength(1);
  });

  it.each(['terminates', 'breaks and terminates'])(
    'whose owner %s while it waits ends once, and hands out nothing',
    async (how) => {
      const turns = new Turns(1);
      const scene = turns.scene();
      await scene.send(small(long('a')), small(long('b')));
      if (how !== 'terminates') {
        scene.socket.destroy();
        await realTurns(2);
      }
      scene.transport.terminate();
      await realTurns(2);
      while (turns.isDue) await turns.next();
      expect([scene.data.length, scene.ends.length]).toEqual([1, 1]);
    },
  );

  it('counts what is broken, or too large, as well', async () => {
    const turns = new Turns(1);
    const [first, second, third] = [turns.scene(), turns.scene(), turns.scene()];
    await first.send(toFrame(text, 'no deflate', { rsv: 4 }));
    await second.send(small('x'.repeat(maxMessageBytes + 1)));
    await third.send(small('y'));
    expect([first.told, second.told, third.data]).toEqual([['fault 1007'], [], []]);
    await turns.next();
    expect([second.told, third.data]).toEqual([['fault 1009'], []]);
    await turns.next();
    expect(third.data).toEqual(['y']);
  });

  it('waits for nothing while it sends what is not compressed', async () => {
    const turns = new Turns(1);
    const scene = turns.scene();
    for (let i = 0; i < 100; i++) await scene.send(toFrame(text, `${i}`));
    expect([scene.data.length, turns.isDue]).toEqual([100, false]);
  });

  const message = fc.record({
    data: fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
    repeat: fc.constantFrom(1, 1, 20, 400),
    isCompressed: fc.boolean(),
    isInTwo: fc.boolean(),
    ping: fc.boolean(),
  });
  const move = fc.constantFrom('push', 'push', 'turn', 'turn', 'pause', 'resume');

  it('hands out the same in the same order as one that reads everything at once, whatever is between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.array(move, { maxLength: 40 }),
        fc.constantFrom(1, 2_048, 5_000, 100_000),
        fc.constantFrom('close', 'end', 'break', 'stay'),
        async (messages, places, moves, maxBytes, ending) => {
          const frames = messages.flatMap(({ data, repeat, isCompressed, isInTwo, ping: isPinged }, i) => {
            const whole = data.repeat(repeat);
            const plain = isInTwo
              ? Buffer.concat([toFrame(text, whole, { fin: false }), toFrame(continuation)])
              : toFrame(text, whole);
            const frame = isCompressed ? (isInTwo ? inTwo(whole) : small(whole)) : plain;
            return isPinged ? [frame, toFrame(ping, `${i}`)] : [frame];
          });
          if (ending === 'close') frames.push(toFrame(close, toClosePayload(4000)));
          const bytes = Buffer.concat(frames);
          const cuts = [0, ...places.map((place) => place % bytes.length).sort((a, b) => a - b), bytes.length];
          const chunks = cuts.slice(1).map((end, i) => Buffer.from(bytes.subarray(cuts[i], end)));
          const turns = new Turns(maxBytes);
          const scene = turns.scene();
          let inflated = 0;
          scene.onData = () => {
            const index = scene.data.length - 1;
            if (messages[index]?.isCompressed) inflated += Math.max(1_024, scene.data[index]?.length ?? 0);
          };
          const step = async (action: () => unknown): Promise<void> => {
            await action();
            await realTurns(2);
          };
          const turn = async (): Promise<void> => {
            inflated = 0;
            await turns.next();
            expect(inflated).toBeLessThan(maxBytes + maxMessageBytes);
          };
          for (const what of moves) {
            if (what === 'turn') await turn();
            else if (what === 'pause') scene.transport.pause();
            else if (what === 'resume') await step(() => scene.transport.resume());
            else {
              const chunk = chunks.shift();
              if (chunk !== undefined && chunk.length > 0) await step(() => scene.socket.push(chunk));
            }
          }
          await step(() => scene.transport.resume());
          for (const chunk of chunks) if (chunk.length > 0) await step(() => scene.socket.push(chunk));
          if (ending === 'break') await step(() => scene.socket.destroy());
          else if (ending !== 'stay') await step(() => scene.leave());
          while (turns.isDue) await turn();
          await realTurns(2);
          expect(scene.data).toEqual(messages.map(({ data, repeat }) => data.repeat(repeat)));
          if (ending !== 'break' && ending !== 'end') {
            const pings = messages.flatMap(({ ping: isPinged }, i) => (isPinged ? [i] : []));
            const answers = scene.socket.writes.filter((frame) => frame[0] === 0x8a).flatMap(pongsIn);
            // While an answer waits, only the last of the pings that come is answered.
            expect(answers).toEqual(answers.toSorted((one, other) => one - other));
            expect(pings).toEqual(expect.arrayContaining(answers));
            if (ending === 'stay') expect(answers.at(-1)).toBe(pings.at(-1));
          }
          expect(scene.ends).toHaveLength(ending === 'stay' ? 0 : 1);
          if (ending === 'close') expect(scene.ends).toMatchObject([{ graceful: true, code: 4000 }]);
        },
      ),
      { numRuns: 150 },
    );
  });
});
