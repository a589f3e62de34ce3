import { constants, inflateRawSync } from 'node:zlib';
import { createHubServer, defaultCompression, defineHub, HubHandle } from '@minihub/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batch } from '../../src/outbound/batch.ts';
import { DeflateFramings } from '../../src/transport/deflate-framing.ts';
import { HubHarness } from '../support/hub-harness.ts';
import { turns } from '../support/turn.ts';

/** A frame of a server, taken apart; its payload is inflated where it says that it is compressed. */
function read(frame: Buffer, windowBits = 15) {
  const lengthByte = frame[1] as number;
  const start = lengthByte < 126 ? 2 : lengthByte === 126 ? 4 : 10;
  const length = lengthByte < 126 ? lengthByte : lengthByte === 126 ? frame.readUInt16BE(2) : frame.readUInt32BE(6);
  expect(frame.length).toBe(start + length);
  const isCompressed = ((frame[0] as number) & 0x40) !== 0;
  const payload = frame.subarray(start);
  const tail = Buffer.from([0, 0, 0xff, 0xff]);
  const inflate = { windowBits, finishFlush: constants.Z_SYNC_FLUSH };
  const text = isCompressed ? inflateRawSync(Buffer.concat([payload, tail]), inflate) : payload;
  return { isCompressed, opcode: (frame[0] as number) & 0x0f, text: text.toString() };
}

const everything = { ...defaultCompression, thresholdBytes: 0 };
const dull = Buffer.from('price '.repeat(1_000));

describe('deflate framing', () => {
  it('is undone by inflating with the window that was agreed on', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 8, max: 15 }),
        fc.integer({ min: 1, max: 9 }),
        (texts, times, windowBits, level) => {
          const parts = texts.map((text) => Buffer.from(text.repeat(times)));
          const whole = Buffer.concat(parts);
          const framing = new DeflateFramings({ ...everything, level }).of('Text', windowBits);
          const frame = read(framing.wrap(parts, whole.length), windowBits);
          expect(frame.text).toBe(whole.toString());
          expect(frame.opcode).toBe(1);
        },
      ),
    );
  });

  it('leaves alone what is small, huge, secret, or grows', () => {
    const framing = new DeflateFramings({ level: 1, thresholdBytes: 1_000, maxBytes: 5_000 }).of('Binary');
    const isCompressed = (bytes: Buffer, mayCompress = true) =>
      read(framing.wrap([bytes], bytes.length, mayCompress)).isCompressed;
    expect([999, 1_000, 5_000, 5_001].map((length) => isCompressed(dull.subarray(0, length)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(isCompressed(dull.subarray(0, 2_000), false)).toBe(false);
    const noise = Buffer.from(Array.from({ length: 2_000 }, () => Math.floor(Math.random() * 256)));
    expect(isCompressed(noise)).toBe(false);
  });

  it('is one object for all connections with the same window', () => {
    const framings = new DeflateFramings(everything);
    expect(framings.of('Text')).toBe(framings.of('Text', 15));
    expect(framings.of('Text', 10)).not.toBe(framings.of('Text', 15));
  });

  it('is three at most for all windows, so that nobody can have a broadcast compressed seven times', () => {
    const framings = new DeflateFramings(everything);
    const compressing = [15, 14, 13, 12, 11, 10, 9].map((windowBits) => framings.of('Text', windowBits));
    expect(new Set(compressing).size).toBe(3);
  });

  it('joins nothing compressed with what must not be', () => {
    const framing = new DeflateFramings(everything).of('Text');
    const secret = new Batch(undefined, dull, false);
    const open = new Batch(undefined, Buffer.from(dull));
    expect(read(open.framed(framing)).isCompressed).toBe(true);
    expect(read(open.extend(secret).framed(framing)).isCompressed).toBe(false);
    expect(read(secret.extend(open).framed(framing)).isCompressed).toBe(false);
  });

  it.each([{ level: 0 }, { level: 10 }, { level: 1.5 }, { thresholdBytes: -1 }, { threshold: 1 } as object])(
    'cannot be set to %j',
    (compression) => {
      const map = () => createHubServer().map('/hub', defineHub()({ methods: {} }), { compression });
      expect(map).toThrow(expect.objectContaining({ code: 'MH_SERVER_INVALID_OPTION' }));
    },
  );
});

describe('a compressed broadcast', () => {
  interface Client {
    message(text: string): void;
  }
  const hub = defineHub<Client>()({ methods: {} });

  it('is compressed once for all that share parameters, and not at all for those that do not compress', async () => {
    const harness = new HubHarness(hub);
    let deflates = 0;
    const framings = new DeflateFramings(everything, (bytes) => {
      deflates++;
      return bytes.subarray(0, 8);
    });
    const wide = { Text: framings.of('Text'), Binary: framings.of('Binary') };
    const narrow = { Text: framings.of('Text', 10), Binary: framings.of('Binary', 10) };
    const open = (options: object) => Promise.all(Array.from({ length: 30 }, () => harness.connect(options)));
    const receivers = await Promise.all([open({ framings: wide }), open({ framings: narrow }), open({})]);
    deflates = 0;
    const { clients } = new HubHandle<Client>(harness.host);
    for (let n = 0; n < 5; n++) void clients.all.message('x'.repeat(500));
    await turns();
    expect(deflates).toBe(2);
    for (const { transport } of receivers.flat()) expect(transport.writes).toHaveLength(2);
    void clients.all.with({ compress: false }).message('a secret');
    await turns();
    expect(deflates).toBe(2);
  });
});
