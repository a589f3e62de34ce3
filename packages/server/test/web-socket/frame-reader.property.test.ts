import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader } from '../../src/web-socket/frame-reader.ts';
import { opcodes, toClosePayload, toFrame } from '../raw/support/tcp-client.ts';
import { eventsOf, type FrameEvent, RecordingReceiver } from './support/recording-receiver.ts';
import { eventsOfWs } from './support/ws-receiver.ts';

const { text, binary, continuation, close, ping, pong } = opcodes;
const maxMessageBytes = 5_000;

/** Cuts bytes where the numbers say; they may say the same place twice, or places beyond the end. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let from = 0;
  for (const place of [...places].map((n) => n % (bytes.length + 1)).sort((a, b) => a - b)) {
    if (place > from) chunks.push(bytes.subarray(from, place));
    from = Math.max(from, place);
  }
  if (from < bytes.length) chunks.push(bytes.subarray(from));
  return chunks;
}

const places = fc.array(fc.nat(), { maxLength: 40 });
const control = fc.record({
  opcode: fc.constantFrom(ping, pong),
  payload: fc.uint8Array({ maxLength: 125 }),
});
const payload = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }).map((value) => Buffer.from(value)),
  fc.uint8Array({ maxLength: 700 }),
  fc.integer({ min: 0, max: maxMessageBytes }).map((length) => Buffer.alloc(length, 'x')),
);
const message = fc.record({
  isBinary: fc.boolean(),
  isCompressed: fc.boolean(),
  payload,
  places: fc.array(fc.nat(), { maxLength: 6 }),
  between: fc.array(control, { maxLength: 3 }),
  masked: fc.boolean(),
});
const ending = fc.option(
  fc.record({ code: fc.constantFrom(1000, 1001, 3000, 4999), reason: fc.string({ maxLength: 20 }) }),
);

type Message = typeof message extends fc.Arbitrary<infer Value> ? Value : never;

/** The frames of a message, with control frames among them. */
function framesOf({ isBinary, isCompressed, payload: data, places: at, between }: Message): Buffer[] {
  const bytes = Buffer.from(data);
  const deflated = isCompressed ? deflateRawSync(bytes, { finishFlush: 2 }).subarray(0, -4) : bytes;
  const parts = at.length === 0 ? [deflated] : cut(deflated, at);
  if (parts.length === 0) parts.push(deflated);
  const frames = parts.map((part, i) =>
    toFrame(i === 0 ? (isBinary ? binary : text) : continuation, part, {
      fin: i === parts.length - 1,
      rsv: isCompressed && i === 0 ? 4 : 0,
    }),
  );
  return frames.flatMap((frame, i) => {
    const other = between[i];
    return other === undefined ? [frame] : [frame, toFrame(other.opcode, other.payload)];
  });
}

/**
 * Both tell the same, but that we refuse a text with its first bad byte, and `ws` when all of it has come: of what is in
 * between, it tells of control frames, and of another end if there is one.
 */
function expectSame(ours: readonly FrameEvent[], theirs: readonly FrameEvent[]): void {
  const [kind, code] = ours.at(-1) ?? [];
  if (kind !== 'fault' || code !== 1007) {
    expect(ours).toEqual(theirs);
    return;
  }
  const before = ours.length - 1;
  expect(theirs.slice(0, before)).toEqual(ours.slice(0, before));
  expect(theirs.slice(before).filter(([other]) => other === 'text' || other === 'binary')).toEqual([]);
}

describe('a reader of frames', () => {
  it('tells the same as ws of any messages, in any fragments, compressed or not, cut anywhere', async () => {
    const reader = new FrameReader({ maxMessageBytes, maxFragments: 0, mayCompress: true });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 6 }), ending, places, async (messages, end, at) => {
        const frames = messages.flatMap(framesOf);
        if (end !== null) frames.push(toFrame(close, toClosePayload(end.code, end.reason)), toFrame(text, 'never'));
        const chunks = cut(Buffer.concat(frames), at);
        const options = { maxPayload: maxMessageBytes, mayCompress: true };
        expectSame(eventsOf(reader, chunks), await eventsOfWs(chunks, options));
      }),
      { numRuns: 400 },
    );
  });

  it('tells the same as ws of heads that nobody would write, cut anywhere', async () => {
    const reader = new FrameReader({ maxMessageBytes, maxFragments: 0, mayCompress: false });
    const head = fc.record({
      first: fc.oneof(fc.constantFrom(0x01, 0x81, 0x82, 0x80, 0x00, 0x89, 0x88, 0x8a), fc.nat(255)),
      payload: fc.oneof(
        payload,
        fc.constantFrom(
          ...[1000, 1004, 1005, 1014, 1015, 1016, 2999, 3000, 5000].map((code) => toClosePayload(code, 'é')),
        ),
      ),
      isMasked: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
      lengthBytes: fc.constantFrom(undefined, undefined, 2 as const, 8 as const),
      claimedMore: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2 ** 50) }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(head, { maxLength: 8 }), places, async (heads, at) => {
        const frames = heads.map(({ first, payload: data, isMasked, lengthBytes, claimedMore }) => {
          const claimed = claimedMore === 0 ? {} : { claimedLength: data.length + claimedMore };
          const spelled = lengthBytes === 2 && data.length + claimedMore > 65_535 ? undefined : lengthBytes;
          const frame = toFrame(0, data, { isMasked, ...claimed, ...(spelled && { lengthBytes: spelled }) });
          frame[0] = first;
          return frame;
        });
        const chunks = cut(Buffer.concat(frames), at);
        expectSame(eventsOf(reader, chunks), await eventsOfWs(chunks, { maxPayload: maxMessageBytes }));
      }),
      { numRuns: 1_000 },
    );
  });

  it('never throws at anything, tells of one end at most, and keeps less than it was sent', () => {
    const lively = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      message.map((one) => Buffer.concat(framesOf(one))),
      // A good frame with one wrong byte.
      fc.tuple(message, fc.nat(), fc.nat(255)).map(([one, at, byte]) => {
        const bytes = Buffer.concat(framesOf(one));
        bytes[at % bytes.length] = byte;
        return bytes;
      }),
    );
    const limits = fc.record({
      maxMessageBytes: fc.constantFrom(0, 1, 100, maxMessageBytes),
      maxFragments: fc.constantFrom(0, 1, 3),
      mayCompress: fc.boolean(),
    });
    fc.assert(
      fc.property(limits, fc.array(lively, { maxLength: 8 }), places, (allowed, pieces, at) => {
        const reader = new FrameReader(allowed);
        const receiver = new RecordingReceiver();
        for (const chunk of cut(Buffer.concat(pieces), at)) reader.read(receiver, Buffer.from(chunk));
        const ends = receiver.events.filter(([kind]) => kind === 'close' || kind === 'fault');
        expect(ends.length).toBeLessThanOrEqual(1);
        if (ends.length === 1) expect(receiver.events.at(-1)).toBe(ends[0]);
        const { unread } = receiver;
        if (unread === undefined || ends.length > 0) return;
        expect(unread.ahead?.length ?? 0).toBeLessThan(14 + 125);
        expect(unread.message.buffer.byteLength).toBeLessThanOrEqual(2 * unread.length + 128);
        if (allowed.maxMessageBytes > 0) expect(unread.length).toBeLessThanOrEqual(allowed.maxMessageBytes);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives the same however the bytes are cut', () => {
    const reader = new FrameReader({ maxMessageBytes, maxFragments: 4, mayCompress: true });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), places, (messages, at) => {
        const bytes = Buffer.concat(messages.flatMap(framesOf));
        const whole: FrameEvent[] = eventsOf(reader, [bytes]);
        expect(eventsOf(reader, cut(bytes, at))).toEqual(whole);
        expect(
          eventsOf(
            reader,
            [...bytes].map((byte) => Buffer.of(byte)),
          ),
        ).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });
});
