import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FrameReader } from '../../src/web-socket/frame-reader.ts';
import { opcodes, toClosePayload, toFrame } from '../raw/support/tcp-client.ts';
import { eventsOf, RecordingReceiver } from './support/recording-receiver.ts';

const { text, binary, continuation, close, ping } = opcodes;
const reader = new FrameReader({ maxMessageBytes: 65_536, maxFragments: 8, mayCompress: false });
const inflating = new FrameReader({ maxMessageBytes: 65_536, maxFragments: 8, mayCompress: true });
const hex = (data: string): string => Buffer.from(data).toString('hex');

/** A message as a client compresses it. */
function deflated(data: string | Buffer, finishFlush = 2): Buffer {
  const bytes = deflateRawSync(data, { finishFlush });
  return finishFlush === 2 ? bytes.subarray(0, -4) : bytes;
}

describe('a message that came whole', () => {
  it('is handed out where it is, without a copy, and nothing is remembered', () => {
    const receiver = new RecordingReceiver();
    const chunk = Buffer.concat([toFrame(text, 'one'), toFrame(binary, 'x'.repeat(1_000)), toFrame(text, '')]);
    reader.read(receiver, chunk);
    expect(receiver.messages.map(String)).toEqual(['one', 'x'.repeat(1_000), '']);
    expect(receiver.messages.every(({ buffer }) => buffer === chunk.buffer)).toBe(true);
    expect(receiver.unread).toBeUndefined();
  });

  it.each([0, 1, 125, 126, 127, 65_535, 65_536])('may have %i bytes', (length) => {
    const receiver = new RecordingReceiver();
    reader.read(receiver, toFrame(binary, Buffer.alloc(length, 7)));
    expect(receiver.messages).toEqual([Buffer.alloc(length, 7)]);
  });
});

describe('what came in part', () => {
  it('is copied, so that no chunk outlives its reading', () => {
    const receiver = new RecordingReceiver();
    const whole = Buffer.concat([toFrame(text, 'whole'), toFrame(text, 'in part')]);
    for (let length = 12; length < whole.length; length++) {
      const chunk = Buffer.from(new Uint8Array(whole.subarray(0, length)).buffer);
      reader.read(receiver, chunk);
      const { unread } = receiver;
      for (const kept of [unread?.ahead, unread?.message]) expect(kept?.buffer).not.toBe(chunk.buffer);
      reader.read(receiver, Buffer.from(whole.subarray(length)));
      expect(receiver.messages.splice(0).map(String)).toEqual(['whole', 'in part']);
      expect(receiver.unread).toBeUndefined();
    }
  });

  it('costs no more for coming a byte at a time: it is one buffer', () => {
    const receiver = new RecordingReceiver();
    const frame = toFrame(binary, Buffer.alloc(60_000, 3), { lengthBytes: 8 });
    for (const byte of frame.subarray(0, -1)) reader.read(receiver, Buffer.of(byte));
    expect(receiver.unread?.length).toBe(59_999);
    expect(receiver.unread?.message.buffer.byteLength).toBe(60_000);
    reader.read(receiver, Buffer.from(frame.subarray(-1)));
    expect(receiver.messages).toEqual([Buffer.alloc(60_000, 3)]);
  });

  it('does not keep the chunk that came behind it, nor a pool, for the head at the end of that', () => {
    const receiver = new RecordingReceiver();
    const frame = toFrame(text, 'x'.repeat(10));
    const large = toFrame(binary, Buffer.alloc(60_000));
    reader.read(receiver, frame.subarray(0, 1));
    reader.read(receiver, Buffer.concat([frame.subarray(1), large, frame.subarray(0, 1)]));
    expect(receiver.unread?.ahead?.buffer.byteLength).toBe(1);
    reader.read(receiver, Buffer.from(frame.subarray(1, 3)));
    expect(receiver.unread?.ahead?.buffer.byteLength).toBe(3);
    reader.read(receiver, Buffer.from(frame.subarray(3)));
    expect(receiver.messages.map(({ length }) => length)).toEqual([10, 60_000, 10]);
  });

  it('takes no memory for what is only announced', () => {
    const receiver = new RecordingReceiver();
    reader.read(receiver, toFrame(binary, 'x', { claimedLength: 65_536 }));
    expect(receiver.unread?.missing).toBe(65_535);
    expect(receiver.unread?.message.buffer.byteLength).toBeLessThan(100);
  });

  it('is one buffer for any number of fragments', () => {
    const patient = new FrameReader({ maxMessageBytes: 0, maxFragments: 0, mayCompress: false });
    const receiver = new RecordingReceiver();
    patient.read(receiver, toFrame(binary, 'a', { fin: false }));
    for (let i = 1; i < 10_000; i++) patient.read(receiver, toFrame(continuation, 'a', { fin: false }));
    expect(receiver.unread?.message.buffer.byteLength).toBe(16_384);
    patient.read(receiver, toFrame(continuation, 'a'));
    expect(receiver.messages).toEqual([Buffer.alloc(10_001, 'a')]);
  });
});

describe('a limit', () => {
  it('of bytes holds before they have come, and over all fragments', () => {
    const announced = toFrame(binary, '', { claimedLength: 65_537 }).subarray(0, -4);
    expect(eventsOf(reader, [announced])).toEqual([['fault', 1009]]);
    const half = Buffer.alloc(40_000);
    const first = toFrame(binary, half, { fin: false });
    expect(eventsOf(reader, [first, toFrame(continuation, half).subarray(0, 4)])).toEqual([['fault', 1009]]);
  });

  it('of fragments counts empty ones', () => {
    const empty = toFrame(continuation, '', { fin: false });
    const seven = Array.from({ length: 7 }, () => empty);
    expect(eventsOf(reader, [toFrame(text, '', { fin: false }), ...seven])).toEqual([]);
    expect(eventsOf(reader, [toFrame(text, '', { fin: false }), ...seven, empty])).toEqual([['fault', 1008]]);
  });

  it('that is off leaves that of strings', () => {
    const endless = new FrameReader({ maxMessageBytes: 0, maxFragments: 0, mayCompress: true });
    expect(eventsOf(endless, [toFrame(binary, '', { claimedLength: 2 ** 29 - 24 })])).toEqual([]);
    expect(eventsOf(endless, [toFrame(binary, '', { claimedLength: 2 ** 29 - 23 })])).toEqual([['fault', 1009]]);
  });

  it('has its code, and says what it is', () => {
    const receiver = new RecordingReceiver();
    reader.read(receiver, toFrame(binary, '', { claimedLength: 2 ** 40 }));
    expect(receiver.errors).toMatchObject([
      { code: 'MH_SERVER_MESSAGE_TOO_LARGE', message: 'A message is larger than 65536 bytes.' },
    ]);
  });
});

describe('after a fault or a close frame', () => {
  it.each([
    ['a fault', toFrame(3, ''), ['fault', 1002]],
    ['a close frame', toFrame(close, toClosePayload(1001, 'tschüß')), ['close', 1001, 'tschüß']],
    ['a close frame without a code', toFrame(close), ['close', 1005, '']],
  ])('nothing is read: %s', (_, frame, event) => {
    const chunks = [Buffer.concat([toFrame(text, 'a'), frame, toFrame(text, 'b')]), toFrame(text, 'c'), toFrame(15)];
    expect(eventsOf(reader, chunks)).toEqual([['text', hex('a')], event]);
  });

  it.each([
    ['a code that is none', toClosePayload(1015), 1002],
    ['half a code', Buffer.of(3), 1002],
    ['a reason that is no UTF-8', toClosePayload(1000, Buffer.of(0xff)), 1007],
  ])('a close frame with %s is a fault', (_, payload, code) => {
    expect(eventsOf(reader, [toFrame(close, payload)])).toEqual([['fault', code]]);
  });

  it('nothing is kept', () => {
    const [one, other] = [new RecordingReceiver(), new RecordingReceiver()];
    reader.read(one, toFrame(text, 'a', { fin: false }));
    reader.read(one, toFrame(3));
    reader.read(other, toFrame(close));
    expect(one.unread).toBe(other.unread);
    expect(one.unread?.message).toHaveLength(0);
  });
});

describe('a receiver that is paused', () => {
  it('gets nothing more until the next read, and then all in order', () => {
    const receiver = new RecordingReceiver();
    receiver.onMessage = () => {
      receiver.isPaused = true;
    };
    const frames = [toFrame(text, 'a'), toFrame(text, 'b', { fin: false }), toFrame(continuation, 'c'), toFrame(ping)];
    const bytes = Buffer.concat([...frames, toFrame(text, 'd')]);
    reader.read(receiver, bytes.subarray(0, -2));
    expect(receiver.events.splice(0)).toEqual([['text', hex('a')]]);
    receiver.isPaused = false;
    reader.read(receiver, Buffer.alloc(0));
    expect(receiver.events.splice(0)).toEqual([['text', hex('bc')]]);
    receiver.isPaused = false;
    reader.read(receiver, Buffer.from(bytes.subarray(-2)));
    expect(receiver.events).toEqual([
      ['ping', ''],
      ['text', hex('d')],
    ]);
  });

  it('gets them one at a time, and what is left is copied when most of it has been read, not each time', () => {
    const receiver = new RecordingReceiver();
    receiver.onMessage = () => {
      receiver.isPaused = true;
    };
    reader.read(receiver, Buffer.concat(Array.from({ length: 10_000 }, () => toFrame(text, ''))));
    const kept = new Set<unknown>();
    while (receiver.unread !== undefined) {
      const { ahead } = receiver.unread;
      kept.add(ahead?.buffer);
      expect(ahead?.buffer.byteLength).toBeLessThanOrEqual(2 * (ahead?.length ?? 0));
      receiver.isPaused = false;
      reader.read(receiver, Buffer.alloc(0));
    }
    expect(receiver.messages).toHaveLength(10_000);
    expect(kept.size).toBeLessThan(20);
  });
});

describe('a receiver that wants no more messages', () => {
  it('still hears of control frames, and of the end', () => {
    const receiver = new RecordingReceiver();
    receiver.onMessage = () => {
      receiver.wantsMessages = false;
    };
    const noText = toFrame(text, Buffer.of(0xff));
    const chunk = Buffer.concat([toFrame(text, 'a'), toFrame(text, 'b'), noText, toFrame(ping, 'p'), toFrame(close)]);
    reader.read(receiver, chunk);
    expect(receiver.events).toEqual([
      ['text', hex('a')],
      ['ping', hex('p')],
      ['close', 1005, ''],
    ]);
  });
});

describe('a compressed message', () => {
  it.each<[string, Buffer, string]>([
    ['as everybody sends it', deflated('hello'), 'hello'],
    ['that is empty', Buffer.of(0), ''],
    ['that is empty, and has no byte', Buffer.alloc(0), ''],
    ['that ends with a last block', Buffer.concat([deflated('hello', 4), Buffer.of(0)]), 'hello'],
    // RFC 7692, 7.2.3.3 and 7.2.3.5: a block without compression; two blocks.
    ['in a stored block', Buffer.from('000500faff48656c6c6f00', 'hex'), 'Hello'],
    ['in two blocks', Buffer.from('f248050000 00ffffcac9c90700'.replace(' ', ''), 'hex'), 'Hello'],
  ])('is inflated: %s', (_, data, message) => {
    expect(eventsOf(inflating, [toFrame(text, data, { rsv: 4 })])).toEqual([['text', hex(message)]]);
  });

  it('is inflated when it comes in fragments', () => {
    const data = deflated('hello, '.repeat(20));
    const chunks = [
      toFrame(text, data.subarray(0, 3), { rsv: 4, fin: false }),
      toFrame(continuation, data.subarray(3)),
    ];
    expect(eventsOf(inflating, chunks)).toEqual([['text', hex('hello, '.repeat(20))]]);
  });

  it('may be as large as others, and no larger', () => {
    const events = (length: number) =>
      eventsOf(inflating, [toFrame(text, deflated(Buffer.alloc(length, 'x')), { rsv: 4 })]);
    expect(events(65_536)).toHaveLength(1);
    expect(events(65_536)).toEqual([['text', Buffer.alloc(65_536, 'x').toString('hex')]]);
    expect(events(65_537)).toEqual([['fault', 1009]]);
  });

  it.each<[string, Buffer]>([
    ['rubbish', Buffer.from('ffffffff', 'hex')],
    ['one that breaks off', deflated('hello, hello, hello').subarray(0, 5)],
    ['one that is no UTF-8', deflated(Buffer.from('eda080', 'hex'))],
    ['one that still has its ending', deflateRawSync('hello', { finishFlush: 2 })],
  ])('is refused with 1007: %s', (_, data) => {
    expect(eventsOf(inflating, [toFrame(text, data, { rsv: 4 })])).toEqual([['fault', 1007]]);
  });

  it('is refused where it was not agreed on, and where its bit has no place', () => {
    expect(eventsOf(reader, [toFrame(text, deflated('x'), { rsv: 4 })])).toEqual([['fault', 1002]]);
    for (const [first, rsv] of [
      [ping, 4],
      [text, 6],
      [text, 2],
    ] as const) {
      expect(eventsOf(inflating, [toFrame(first, '', { rsv })])).toEqual([['fault', 1002]]);
    }
    const parts = [toFrame(text, 'a', { fin: false }), toFrame(continuation, 'b', { rsv: 4 })];
    expect(eventsOf(inflating, parts)).toEqual([['fault', 1002]]);
  });
});
