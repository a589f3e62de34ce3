import { resumeCloseCode } from '@minihub/protocol';
import { describe, expect, it } from 'vitest';
import { textFraming } from '../../src/transport/web-socket-framing.ts';
import { opcodes, toClosePayload, toFrame } from '../raw/support/tcp-client.ts';
import { turns } from '../support/turn.ts';
import { FakeSocket } from './support/fake-socket.ts';
import { closeTimeoutMs, Scene } from './support/web-socket-scene.ts';

const { text, close, ping, pong } = opcodes;

/** A server's close frame, in hex. */
const closed = (code: number, reason = ''): string => {
  const payload = toClosePayload(code, reason);
  return Buffer.concat([Buffer.of(0x88, payload.length), payload]).toString('hex');
};
const last = Buffer.concat([Buffer.of(0x81, 4), Buffer.from('last')]).toString('hex');
const ours = { graceful: true, vanished: false };

describe('a WebSocket that we close', () => {
  it('says so once, waits for the answer, and then ends the TCP connection', async () => {
    const scene = new Scene();
    scene.transport.close(1001, 'bye');
    scene.transport.close(1000);
    expect(scene.written).toEqual([closed(1001, 'bye')]);
    await turns(2);
    expect([scene.socket.isEnded, scene.clock.pending]).toEqual([false, 1]);
    await scene.send(toFrame(text, 'too late'), toFrame(close, toClosePayload(1001, 'bye')), toFrame(text, 'never'));
    expect([scene.socket.isEnded, scene.data, scene.ends]).toEqual([true, [], []]);
    await scene.leave();
    expect(scene.ends).toEqual([{ ...ours, code: 1001, reason: 'bye' }]);
    expect([scene.written.length, scene.clock.pending]).toEqual([1, 0]);
  });

  it('is cut when the peer does not answer in time', async () => {
    const scene = new Scene();
    scene.transport.pause();
    scene.transport.close(1000);
    scene.clock.advance(closeTimeoutMs - 1);
    await turns(2);
    expect(scene.ends).toEqual([]);
    scene.clock.advance(1);
    await turns(2);
    expect(scene.ends).toEqual([{ ...ours, code: 1006, reason: '' }]);
  });

  it('reads the answer, though it was paused, and is told to pause again', async () => {
    const scene = new Scene();
    scene.transport.pause();
    scene.transport.close(1000);
    scene.transport.pause();
    await scene.send(toFrame(close, toClosePayload(1000)));
    expect(scene.socket.isEnded).toBe(true);
  });

  it('makes nothing of what breaks the rules meanwhile, but an end', async () => {
    const scene = new Scene();
    scene.transport.close(1000);
    await scene.send(toFrame(3));
    await scene.leave();
    expect([scene.written, scene.told]).toEqual([[closed(1000)], []]);
    expect(scene.ends).toMatchObject([{ graceful: true }]);
  });

  it('in the middle of a chunk hands out no more of it, and sees the close frame behind', async () => {
    const scene = new Scene();
    scene.onData = () => scene.transport.close(4000);
    await scene.send(toFrame(text, 'a'), toFrame(text, 'b'), toFrame(ping), toFrame(close, toClosePayload(4000)));
    expect([scene.data, scene.written, scene.socket.isEnded]).toEqual([['a'], [closed(4000)], true]);
  });
});

describe('a WebSocket that we terminate', () => {
  it('in the middle of a chunk hands out no more of it, and ends once', async () => {
    const scene = new Scene();
    scene.onData = () => scene.transport.terminate();
    await scene.send(toFrame(text, 'a'), toFrame(text, 'b'), toFrame(ping), toFrame(3));
    scene.transport.terminate();
    await turns(2);
    expect([scene.data, scene.written, scene.told]).toEqual([['a'], [], []]);
    expect(scene.ends).toEqual([{ ...ours, code: 1006, reason: '' }]);
    expect([scene.socket.destroyed, scene.clock.pending]).toEqual([true, 0]);
  });
});

describe('a WebSocket whose peer', () => {
  it.each([
    ['echo', [4321, 'off duty'], closed(4321, 'off duty')],
    ['normal', [4321, 'off duty'], closed(1000, 'off duty')],
    ['echo', undefined, closed(1000)],
    ['normal', undefined, closed(1000)],
  ] as const)('closes it is answered, after the last word (%s, %j)', async (closeAnswer, said, answer) => {
    const scene = new Scene(closeAnswer);
    await scene.send(toFrame(close, said === undefined ? '' : toClosePayload(...said)));
    expect([scene.told, scene.written, scene.socket.isEnded]).toEqual([['closing'], [last, answer], true]);
    scene.transport.write(textFraming.wrap([], 0));
    await scene.leave();
    const [code, reason] = said ?? [1005, ''];
    expect(scene.ends).toEqual([{ ...ours, code, reason }]);
    expect([scene.written.length, scene.clock.pending]).toEqual([2, 0]);
  });

  it('closes it, and then never ends the TCP connection, is cut', async () => {
    const scene = new Scene();
    await scene.send(toFrame(close, toClosePayload(1000)));
    scene.clock.advance(closeTimeoutMs);
    await turns(2);
    expect(scene.ends).toEqual([{ ...ours, code: 1000, reason: '' }]);
  });

  it('closes it, and whose network then breaks, has left properly', async () => {
    const scene = new Scene();
    await scene.send(toFrame(close, toClosePayload(1000)));
    scene.socket.destroy(new Error('read ECONNRESET'));
    await turns(2);
    expect(scene.ends).toEqual([{ ...ours, code: 1000, reason: '' }]);
  });

  it('leaves to come back has not left properly', async () => {
    const scene = new Scene();
    await scene.send(toFrame(close, toClosePayload(resumeCloseCode)));
    await scene.leave();
    expect(scene.ends).toEqual([{ graceful: false, vanished: true, code: resumeCloseCode, reason: '' }]);
  });

  it('goes without a word has vanished', async () => {
    const scene = new Scene();
    await scene.send(toFrame(text, 'half').subarray(0, 8));
    await scene.leave();
    expect([scene.written, scene.socket.isEnded]).toEqual([[], true]);
    expect(scene.ends).toEqual([{ graceful: false, vanished: true, code: 1006, reason: '' }]);
  });

  it('goes without a word, and does not take what was written, is cut in time', async () => {
    const scene = new Scene();
    scene.socket.stick();
    scene.transport.write(Buffer.alloc(10));
    await scene.leave();
    expect(scene.ends).toEqual([]);
    scene.clock.advance(closeTimeoutMs);
    await turns(2);
    expect(scene.ends).toMatchObject([{ vanished: true }]);
  });

  it('is lost has vanished, and it is said how', async () => {
    const scene = new Scene();
    scene.socket.destroy(new Error('read ECONNRESET'));
    await turns(2);
    expect(scene.ends).toMatchObject([
      { graceful: false, vanished: true, code: 1006, error: { message: 'read ECONNRESET' } },
    ]);
  });

  it('breaks the rules is told so, and nothing more of it is read', async () => {
    const scene = new Scene();
    await scene.send(toFrame(text, 'good'), toFrame(3), toFrame(text, 'bad'));
    await scene.send(toFrame(text, 'worse'));
    expect([scene.data, scene.told, scene.written]).toEqual([['good'], ['fault 1002'], [closed(1002)]]);
    expect(scene.socket.isEnded).toBe(true);
    await scene.leave();
    const error = { code: 'MH_SERVER_INVALID_FRAME' };
    expect(scene.ends).toMatchObject([{ graceful: false, vanished: false, code: 1006, error }]);
  });

  it('breaks the rules can be told something else', async () => {
    const scene = new Scene();
    scene.onFault = () => scene.transport.close(1000, 'too much');
    await scene.send(toFrame(text, 'x'.repeat(1_001)));
    expect([scene.told, scene.written, scene.socket.isEnded]).toEqual([
      ['fault 1009'],
      [closed(1000, 'too much')],
      true,
    ]);
  });
});

describe('a WebSocket that is paused', () => {
  it('hands out what comes later, in order', async () => {
    const scene = new Scene();
    scene.transport.pause();
    await scene.send(toFrame(text, 'a'));
    await scene.send(toFrame(text, 'b'));
    expect(scene.data).toEqual([]);
    scene.transport.resume();
    await turns(2);
    expect(scene.data).toEqual(['a', 'b']);
  });

  it('in the middle of a chunk keeps the rest of it for later, before what comes then', async () => {
    const scene = new Scene();
    scene.onData = () => scene.transport.pause();
    await scene.send(toFrame(text, 'a'), toFrame(text, 'b'), toFrame(ping), toFrame(text, 'c').subarray(0, 3));
    await scene.send(toFrame(text, 'c').subarray(3), toFrame(text, 'd'));
    expect([scene.data, scene.written]).toEqual([['a'], []]);
    for (const expected of ['b', 'c', 'd']) {
      scene.transport.resume();
      // Nothing is handed out while somebody is still asking for it.
      expect(scene.data).not.toContain(expected);
      await turns(2);
      expect(scene.data.at(-1)).toBe(expected);
    }
    expect(scene.written).toEqual(['8a00']);
  });

  it('in the middle of a chunk still sees the close frame behind when we close it', async () => {
    const scene = new Scene();
    scene.onData = () => scene.transport.pause();
    await scene.send(toFrame(text, 'a'), toFrame(text, 'b'), toFrame(close, toClosePayload(1000)));
    scene.transport.close(1000);
    await turns(2);
    expect([scene.data, scene.socket.isEnded]).toEqual([['a'], true]);
  });

  it('in the middle of a chunk, and then breaks, hands out the rest, and what came then', async () => {
    const scene = new Scene();
    scene.onData = () => {
      if (scene.data.length === 1) scene.transport.pause();
    };
    await scene.send(toFrame(text, 'a'), toFrame(text, 'b'));
    await scene.send(toFrame(text, 'c'));
    expect(scene.data).toEqual(['a']);
    scene.socket.destroy();
    await turns(2);
    expect([scene.data, scene.ends.length]).toEqual([['a', 'b', 'c'], 1]);
  });

  it('and whose peer is gone meanwhile, still answers what had come', async () => {
    const scene = new Scene();
    scene.transport.pause();
    await scene.send(toFrame(text, 'a'), toFrame(ping, 'b'), toFrame(text, 'c'), toFrame(close));
    await scene.leave();
    scene.onData = () => scene.transport.pause();
    for (const told of [[], [], ['closing']]) {
      expect([scene.told, scene.ends]).toEqual([[], []]);
      scene.transport.resume();
      await turns(2);
      expect(scene.told).toEqual(told);
    }
    expect([scene.data, scene.written]).toEqual([
      ['a', 'c'],
      ['8a0162', last, closed(1000)],
    ]);
    expect(scene.ends).toEqual([{ ...ours, code: 1005, reason: '' }]);
  });

  it('and then breaks hands out what had come', async () => {
    const scene = new Scene();
    scene.transport.pause();
    await scene.send(toFrame(text, 'a'), toFrame(text, 'b'));
    scene.socket.destroy();
    await turns(2);
    expect([scene.data, scene.ends.length]).toEqual([['a', 'b'], 1]);
  });

  it('and then is terminated hands out nothing', async () => {
    const scene = new Scene();
    scene.transport.pause();
    await scene.send(toFrame(text, 'a'));
    scene.transport.terminate();
    await turns(2);
    expect([scene.data, scene.ends.length]).toEqual([[], 1]);
  });
});

describe('a WebSocket that sends a lot at once', () => {
  const perRead = 1_000;
  const read = Buffer.concat(Array.from({ length: perRead }, () => toFrame(text, 'x'.repeat(60))));
  /** A socket with three reads, each a little more than 64 KB. */
  async function sceneWithMuch(onData?: (scene: Scene) => void): Promise<Scene> {
    const scene = new Scene();
    await turns(1);
    scene.onData = () => onData?.(scene);
    for (let i = 0; i < 3; i++) scene.socket.push(Buffer.from(read));
    return scene;
  }

  it('is read until it has brought as much as one read, and on in the next turn, in order', async () => {
    const scene = await sceneWithMuch();
    for (let turn = 1; turn <= 3; turn++) {
      expect([scene.data.length, scene.socket.isPaused()]).toEqual([turn * perRead, true]);
      await turns(1);
    }
    expect([scene.data.length, scene.socket.isPaused()]).toEqual([3 * perRead, false]);
  });

  it.each([
    ['leaves', { graceful: true, code: 4000 }],
    ['breaks', { vanished: true }],
  ])('and then %s has all of it read before', async (how, end) => {
    const scene = await sceneWithMuch();
    if (how === 'breaks') scene.socket.destroy();
    else {
      scene.socket.push(toFrame(close, toClosePayload(4000)));
      scene.socket.push(null);
    }
    await turns(8);
    expect(scene.data).toHaveLength(3 * perRead);
    expect(scene.ends).toMatchObject([end]);
  });

  it('is still paused by who has enough, and closed by who wants no more', async () => {
    const scene = await sceneWithMuch(({ data, transport }) => data.length === perRead && transport.pause());
    await turns(4);
    expect(scene.data).toHaveLength(perRead);
    scene.transport.close(1000);
    scene.socket.push(toFrame(close, toClosePayload(1000)));
    await turns(4);
    expect([scene.data.length, scene.socket.isEnded]).toEqual([perRead, true]);
  });

  it('waits for nobody else, and nobody for it', async () => {
    const readers = [new Scene(), new Scene()];
    await turns(1);
    for (let i = 0; i < 40; i++) for (const scene of readers) scene.socket.push(toFrame(text, 'x'.repeat(900)));
    await turns(1);
    for (const scene of readers) expect([scene.data.length, scene.socket.isPaused()]).toEqual([40, false]);
  });
});

describe('a WebSocket', () => {
  it('reads what came behind the upgrade first', async () => {
    const scene = new Scene('echo', toFrame(text, 'early'));
    await scene.send(toFrame(text, 'late'));
    expect(scene.data).toEqual(['early', 'late']);
  });

  it('answers all pings of one read in one write, in order', async () => {
    const scene = new Scene();
    await scene.send(toFrame(ping, 'one'), toFrame(text, 'x'), toFrame(ping));
    await scene.send(toFrame(ping, 'two'));
    expect(scene.socket.writes.map((bytes) => bytes.toString('latin1'))).toEqual(['\x8a\x03one\x8a\0', '\x8a\x03two']);
    expect(scene.socket.writableCorked).toBe(0);
  });

  it('lets the answers of one read wait for a peer that reads nothing, and then answers the last of its other pings', async () => {
    const scene = new Scene();
    scene.socket.stick();
    scene.transport.write(Buffer.alloc(10));
    await scene.send(toFrame(ping, 'one'), toFrame(ping, 'two'));
    for (let i = 0; i < 100; i++) await scene.send(toFrame(ping, 'more'), toFrame(ping, `${i}`));
    expect(scene.socket.writableLength).toBe(20);
    for (let write = 0; write < 3; write++) {
      scene.socket.unstick();
      await turns(2);
    }
    const answers = scene.socket.writes.slice(1).map((bytes) => bytes.toString('latin1'));
    expect(answers).toEqual(['\x8a\x03one\x8a\x03two', '\x8a\x0299']);
  });

  it('answers the pings before a close frame before it', async () => {
    const scene = new Scene();
    await scene.send(toFrame(ping, 'a'), toFrame(close));
    expect(scene.written).toEqual([last, '8a0161', closed(1000)]);
    const other = new Scene();
    other.onData = () => other.transport.close(1000);
    await other.send(toFrame(ping, 'a'), toFrame(text), toFrame(ping, 'b'));
    expect(other.written).toEqual(['8a0161', closed(1000)]);
  });

  it('answers each ping of a peer that reads, however many', async () => {
    const scene = new Scene();
    for (let i = 0; i < 30; i++) await scene.send(...Array.from({ length: 10 }, () => toFrame(ping)));
    expect(scene.socket.writes).toEqual(Array.from({ length: 30 }, () => Buffer.from('8a00'.repeat(10), 'hex')));
  });

  it('owes no answer to a peer that is gone', async () => {
    const scene = new Scene();
    scene.socket.stick();
    scene.transport.write(Buffer.alloc(10));
    for (const name of ['one', 'two']) await scene.send(toFrame(ping, name));
    scene.socket.destroy();
    await turns(2);
    expect([scene.socket.writes.length, scene.ends.length]).toEqual([1, 1]);
  });

  it('tells that all has left also of a socket that lets more wait than it speaks of', async () => {
    const scene = new Scene('echo', undefined, new FakeSocket(1_000_000));
    scene.socket.stick();
    scene.transport.write(Buffer.alloc(1_000));
    scene.socket.unstick();
    await turns(2);
    // What is little is spoken of by no socket.
    expect(scene.told).toEqual([]);
    scene.socket.stick();
    for (let write = 0; write < 2; write++) scene.transport.write(Buffer.alloc(40_000));
    expect(scene.told).toEqual([]);
    scene.socket.unstick();
    await turns(2);
    expect([scene.transport.bufferedBytes, scene.told]).toEqual([0, ['drain']]);
  });

  it('asks for a sign of life, and tells whoever asked last', async () => {
    const scene = new Scene();
    const heard: string[] = [];
    scene.transport.probe(() => heard.push('first'));
    scene.transport.probe(() => heard.push('second'));
    expect(scene.written).toEqual(['8900', '8900']);
    await scene.send(toFrame(pong));
    expect(heard).toEqual(['second']);
  });

  it('has no timer while it is open', async () => {
    const scene = new Scene();
    await scene.send(toFrame(text, 'a'), toFrame(ping));
    expect(scene.clock.pending).toBe(0);
  });
});
