import { isUtf8 } from 'node:buffer';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader } from '../../src/web-socket/frame-reader.ts';
import { checkUtf8 } from '../../src/web-socket/utf-8.ts';
import { opcodes, toFrame } from '../raw/support/tcp-client.ts';
import { eventsOf, RecordingReceiver } from './support/recording-receiver.ts';

const { text, continuation, ping } = opcodes;
const reader = new FrameReader({ maxMessageBytes: 65_536, maxFragments: 0, mayCompress: true });
const unfinished = { fin: false } as const;
const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** The bytes from one to another, each with something behind it. */
function each(first: number, last: number, behind = ''): string {
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i).toString(16) + behind).join('');
}

// In hex, by the sections of Autobahn.
const valid: readonly (readonly [section: string, texts: readonly string[]])[] = [
  ['6.5', ['cebae1bdb9cf83cebcceb5']],
  ['6.6', ['ceba', 'cebae1bdb9', 'cebae1bdb9cf83', 'cebae1bdb9cf83cebc']],
  ['6.7', ['00', 'c280', 'e0a080', 'f0908080']],
  ['6.9', ['7f', 'dfbf', 'efbfbf', 'f48fbfbf']],
  ['6.11', ['ed9fbf', 'ee8080', 'efbfbd']],
  [
    '6.22',
    ['efbfbe', ...['f09f', 'f0af', 'f0bf', 'f18f', 'f48f'].flatMap((plane) => [`${plane}bfbe`, `${plane}bfbf`])],
  ],
  ['6.23', ['efbfb9', 'efbfba', 'efbfbb', 'efbfbc', 'efbfbd', 'efbfbe', 'efbfbf']],
];

const invalid: readonly (readonly [section: string, texts: readonly string[]])[] = [
  ['6.3', ['cebae1bdb9cf83cebcceb5eda080656469746564']],
  ['6.6', ['ce', 'cebae1', 'cebae1bd', 'cebae1bdb9cf', 'cebae1bdb9cf83ce', 'cebae1bdb9cf83cebcce']],
  ['6.8', ['f888808080', 'fc8480808080']],
  ['6.10', ['f7bfbfbf', 'fbbfbfbfbf', 'fdbfbfbfbfbf']],
  ['6.11', ['f4908080']],
  ['6.12', ['80', 'bf', '80bf', '80bf80', '80bf80bf', '80bf80bf80', '80bf80bf80bf', each(0x80, 0xbf)]],
  [
    '6.13',
    [each(0xc0, 0xdf, '20'), each(0xe0, 0xef, '20'), each(0xf0, 0xf7, '20'), each(0xf8, 0xfb, '20'), 'fc20fd20'],
  ],
  ['6.14', ['c0', 'e080', 'f08080', 'f8808080', 'fc80808080', 'df', 'efbf', 'f7bfbf', 'fbbfbfbf', 'fdbfbfbfbf']],
  ['6.15', ['c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf']],
  ['6.16', ['fe', 'ff', 'fefeffff']],
  ['6.17', ['c0af', 'e080af', 'f08080af', 'f8808080af', 'fc80808080af']],
  ['6.18', ['c1bf', 'e09fbf', 'f08fbfbf', 'f887bfbfbf', 'fc83bfbfbfbf']],
  ['6.19', ['c080', 'e08080', 'f0808080', 'f880808080', 'fc8080808080']],
  ['6.20', ['eda080', 'edadbf', 'edae80', 'edafbf', 'edb080', 'edbe80', 'edbfbf']],
  ['6.21', ['eda080', 'edadbf', 'edae80', 'edafbf'].flatMap((high) => [`${high}edb080`, `${high}edbfbf`])],
];

/** A text as clients may send it: whole, a byte a fragment, compressed. */
function waysToSend(bytes: Buffer): Buffer[][] {
  const fragments = [...bytes].map((byte, i) =>
    toFrame(i === 0 ? text : continuation, Buffer.of(byte), { fin: i === bytes.length - 1 }),
  );
  const deflated = deflateRawSync(bytes, { finishFlush: 2 }).subarray(0, -4);
  return [[toFrame(text, bytes)], fragments, [Buffer.concat(fragments)], [toFrame(text, deflated, { rsv: 4 })]];
}

describe('a text', () => {
  it.each(valid)('of UTF-8 is taken, however it is sent: Autobahn %s', (_, texts) => {
    for (const hex of texts) {
      for (const chunks of waysToSend(bytesOf(hex))) expect(eventsOf(reader, chunks), hex).toEqual([['text', hex]]);
    }
  });

  it.each(invalid)('of anything else is refused, however it is sent: Autobahn %s', (_, texts) => {
    for (const hex of texts) {
      for (const chunks of waysToSend(bytesOf(hex))) expect(eventsOf(reader, chunks), hex).toEqual([['fault', 1007]]);
    }
  });
});

describe('a text that is not whole', () => {
  const good = 'cebae1bdb9cf83cebcceb5';

  // Autobahn 6.4: nothing that could come would make it UTF-8 again.
  it.each([
    ['fragment', [`${good}f4908080`]],
    ['fragment, in the middle of a character', [`${good}f4`, '90']],
    ['fragment, with a byte that never occurs', [good, 'ff']],
    ['fragment, in its second character of three bytes', ['e4bd', 'a0ed', 'a0']],
  ])('is refused with the first bad %s', (_, parts) => {
    const frames = parts.map((part, i) => toFrame(i === 0 ? text : continuation, bytesOf(part), unfinished));
    expect(eventsOf(reader, frames.slice(0, -1))).toEqual([]);
    expect(eventsOf(reader, frames)).toEqual([['fault', 1007]]);
    expect(eventsOf(reader, [...frames, toFrame(ping)])).toEqual([['fault', 1007]]);
  });

  it('is refused with the first bad byte, within a frame', () => {
    const frame = toFrame(text, bytesOf(`${good}f4908080656469746564`));
    const bad = frame.length - 10 + 1;
    expect(eventsOf(reader, [frame.subarray(0, bad)])).toEqual([]);
    expect(eventsOf(reader, [frame.subarray(0, bad), frame.subarray(bad, bad + 1)])).toEqual([['fault', 1007]]);
  });

  it('is not looked at when it is compressed, or is binary, or nobody wants it', () => {
    const part = (opcode: number, rsv = 0): Buffer => toFrame(opcode, bytesOf('ffff'), { fin: false, rsv });
    expect(eventsOf(reader, [part(opcodes.binary)])).toEqual([]);
    expect(eventsOf(reader, [part(text, 4)])).toEqual([]);
    const receiver = new RecordingReceiver();
    receiver.wantsMessages = false;
    reader.read(receiver, Buffer.concat([part(text), toFrame(ping)]));
    expect(receiver.events).toEqual([['ping', '']]);
  });
});

describe('checkUtf8', () => {
  it('takes the beginnings of texts and nothing else, and says which bytes are to be looked at again', () => {
    const bytes = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }).map((value) => Buffer.from(value)),
      fc
        .array(
          fc.constantFrom(0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc2, 0xe0, 0xe4, 0xed, 0xf0, 0xf4, 0xf5, 0xff),
          {
            maxLength: 5,
          },
        )
        .map((values) => Buffer.from(values)),
    );
    fc.assert(
      fc.property(bytes, fc.nat(), (whole, n) => {
        const part = whole.subarray(0, n % (whole.length + 1));
        const checked = checkUtf8(part, 0, part.length);
        expect(checked >= 0).toBe(isBeginning(part));
        if (checked < 0) return;
        expect(part.length - checked).toBeLessThan(4);
        expect(isUtf8(part.subarray(0, checked))).toBe(true);
        // From there on it reads the same as from the start.
        expect(checkUtf8(whole, checked, whole.length)).toBe(checkUtf8(whole, 0, whole.length));
      }),
      { numRuns: 5_000 },
    );
  });
});

/** Whether something makes UTF-8 of it: all that can be missing is up to three bytes. */
function isBeginning(part: Buffer): boolean {
  const ends = ['', '80', '90', 'a0', '8080', '9080', 'a080', '808080', '908080'];
  return ends.some((end) => isUtf8(Buffer.concat([part, bytesOf(end)])));
}
