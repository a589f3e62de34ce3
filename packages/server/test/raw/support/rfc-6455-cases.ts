import { type FrameOptions, opcodes, toClosePayload, toFrame } from './tcp-client.ts';

/** What a client sends, and what a server that echoes has to answer. The names follow the families of Autobahn. */
export interface ConformanceCase {
  readonly name: string;
  readonly sent: readonly Buffer[];
  /** The messages that come back, in order. @defaultValue none */
  readonly echoes?: readonly (string | Buffer)[];
  /** The pongs that come back, in order. @defaultValue none */
  readonly pongs?: readonly (string | Buffer)[];
  /** The code and the reason of the server's close frame; what is not closed by the case is closed with 1000 after it. */
  readonly closed?: readonly [code: number, reason?: string];
}

/** The limits of the endpoint that the cases are for. */
export const caseLimits = { maxMessageBytes: 65_536, maxFragments: 32 } as const;

const { text, binary, continuation, close, ping, pong } = opcodes;

function hex(bytes: string): Buffer {
  return Buffer.from(bytes.replaceAll(' ', ''), 'hex');
}

/** A message in fragments. */
function toFragments(opcode: number, parts: readonly (string | Uint8Array)[]): Buffer[] {
  return parts.map((part, i) => toFrame(i === 0 ? opcode : continuation, part, { fin: i === parts.length - 1 }));
}

const sizes = [0, 1, 125, 126, 127, 128, 65_535, 65_536];

const framing: ConformanceCase[] = [
  ...sizes.map((size) => ({
    name: `1.1 text of ${size} bytes`,
    sent: [toFrame(text, '*'.repeat(size))],
    echoes: ['*'.repeat(size)],
  })),
  ...sizes.map((size) => ({
    name: `1.2 binary of ${size} bytes`,
    sent: [toFrame(binary, Buffer.alloc(size, 0xfe))],
    echoes: [Buffer.alloc(size, 0xfe)],
  })),
  { name: '1.3 length spelled in two bytes', sent: [toFrame(text, 'x', { lengthBytes: 2 })], echoes: ['x'] },
  { name: '1.3 length spelled in eight bytes', sent: [toFrame(text, 'x', { lengthBytes: 8 })], echoes: ['x'] },
  { name: '1.4 unmasked text', sent: [toFrame(text, 'x', { isMasked: false })], closed: [1002] },
  { name: '1.4 unmasked ping', sent: [toFrame(ping, '', { isMasked: false })], closed: [1002] },
];

const pings: ConformanceCase[] = [
  { name: '2.1 ping without payload', sent: [toFrame(ping)], pongs: [''] },
  { name: '2.2 ping with text', sent: [toFrame(ping, 'Hello')], pongs: ['Hello'] },
  { name: '2.3 ping with bytes', sent: [toFrame(ping, hex('00 ff fe fd'))], pongs: [hex('00 ff fe fd')] },
  { name: '2.4 ping of 125 bytes', sent: [toFrame(ping, '*'.repeat(125))], pongs: ['*'.repeat(125)] },
  { name: '2.5 ping of 126 bytes', sent: [toFrame(ping, '*'.repeat(126))], closed: [1002] },
  {
    name: '2.5 ping of 126 bytes, after a good one',
    sent: [toFrame(ping, 'a'), toFrame(ping, '*'.repeat(126))],
    pongs: ['a'],
    closed: [1002],
  },
  { name: '2.6 ping of 125 bytes of zeros', sent: [toFrame(ping, Buffer.alloc(125))], pongs: [Buffer.alloc(125)] },
  {
    name: '2.9 pong that nobody asked for between two pings',
    sent: [toFrame(ping, 'a'), toFrame(pong, 'x'), toFrame(ping, 'b')],
    pongs: ['a', 'b'],
  },
  {
    name: '2.10 ten pings at once',
    sent: Array.from({ length: 10 }, (_, i) => toFrame(ping, `ping ${i}`)),
    pongs: Array.from({ length: 10 }, (_, i) => `ping ${i}`),
  },
  { name: '2.7 pong that nobody asked for', sent: [toFrame(pong), toFrame(text, 'x')], echoes: ['x'] },
  { name: '2.8 pong with payload', sent: [toFrame(pong, 'mine'), toFrame(ping, 'yours')], pongs: ['yours'] },
];

const reserved: ConformanceCase[] = [
  ...[1, 2, 3, 4, 5, 6, 7].map(
    (rsv): ConformanceCase => ({
      name: `3.${rsv} reserved bits ${rsv}, after a good message`,
      sent: [toFrame(text, 'good'), toFrame(text, 'bad', { rsv }), toFrame(ping)],
      echoes: ['good'],
      closed: [1002],
    }),
  ),
  ...[ping, close].map(
    (opcode): ConformanceCase => ({
      name: `3.8 reserved bit on opcode ${opcode}`,
      sent: [toFrame(opcode, '', { rsv: 4 })],
      closed: [1002],
    }),
  ),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map(
    (opcode): ConformanceCase => ({
      name: `4.${opcode} reserved opcode ${opcode}, after a good message`,
      sent: [toFrame(text, 'good'), toFrame(opcode, 'bad'), toFrame(text, 'never seen')],
      echoes: ['good'],
      closed: [1002],
    }),
  ),
];

const unfinished: FrameOptions = { fin: false };

const fragments: ConformanceCase[] = [
  { name: '5.1 ping in fragments', sent: toFragments(ping, ['a', 'b']), closed: [1002] },
  { name: '5.2 pong in fragments', sent: toFragments(pong, ['a', 'b']), closed: [1002] },
  { name: '5.2 close in fragments', sent: toFragments(close, [toClosePayload(1000), 'b']), closed: [1002] },
  { name: '5.3 text in two fragments', sent: toFragments(text, ['frag', 'ment']), echoes: ['fragment'] },
  {
    name: '5.5 binary in two fragments',
    sent: toFragments(binary, [hex('00 01'), hex('02')]),
    echoes: [hex('00 01 02')],
  },
  {
    name: '5.6 ping between fragments',
    sent: [toFrame(text, 'frag', unfinished), toFrame(ping, 'p'), toFrame(continuation, 'ment')],
    echoes: ['fragment'],
    pongs: ['p'],
  },
  {
    name: '5.7 pong between fragments',
    sent: [toFrame(text, 'frag', unfinished), toFrame(pong, 'p'), toFrame(continuation, 'ment')],
    echoes: ['fragment'],
  },
  {
    name: '5.8 pings between all of many fragments',
    sent: ['a', 'b', 'c', 'd', 'e'].flatMap((part, i) => [
      toFrame(i === 0 ? text : continuation, part, { fin: i === 4 }),
      toFrame(ping, `${i}`),
    ]),
    echoes: ['abcde'],
    pongs: ['0', '1', '2', '3', '4'],
  },
  {
    name: '5.8 close between fragments',
    sent: [toFrame(text, 'frag', unfinished), toFrame(close, toClosePayload(1000)), toFrame(continuation, 'ment')],
    closed: [1000],
  },
  { name: '5.9 continuation of nothing', sent: [toFrame(continuation, 'x')], closed: [1002] },
  {
    name: '5.10 continuation of nothing, unfinished',
    sent: [toFrame(continuation, 'x', unfinished), toFrame(text, 'y')],
    closed: [1002],
  },
  {
    name: '5.11 continuation of nothing, unfinished, before a fragmented message',
    sent: [toFrame(continuation, 'x', unfinished), ...toFragments(text, ['a', 'b'])],
    closed: [1002],
  },
  {
    name: '5.12 empty continuation of nothing',
    sent: [toFrame(continuation), toFrame(text, 'y')],
    closed: [1002],
  },
  {
    name: '5.13 continuation of nothing, after a good message',
    sent: [toFrame(text, 'good'), toFrame(continuation, 'x'), toFrame(text, 'y')],
    echoes: ['good'],
    closed: [1002],
  },
  {
    name: '5.14 continuation of nothing, after a good message in fragments',
    sent: [...toFragments(binary, [hex('00'), hex('01')]), toFrame(continuation, 'x', unfinished)],
    echoes: [hex('00 01')],
    closed: [1002],
  },
  {
    name: '5.15 continuation after the end of a message',
    sent: [...toFragments(text, ['a', 'b']), toFrame(continuation, 'c')],
    echoes: ['ab'],
    closed: [1002],
  },
  {
    name: '5.16 continuation of nothing, twice, before a fragmented message',
    sent: [toFrame(continuation, 'x', unfinished), toFrame(continuation, 'y', unfinished), toFrame(text, 'z')],
    closed: [1002],
  },
  {
    name: '5.17 finished continuation of nothing, before a fragmented message',
    sent: [toFrame(continuation, 'x'), toFrame(text, 'y', unfinished), toFrame(continuation, 'z')],
    closed: [1002],
  },
  {
    name: '5.18 new message in fragments inside of another',
    sent: [toFrame(text, 'a', unfinished), toFrame(text, 'b', unfinished), toFrame(continuation, 'c')],
    closed: [1002],
  },
  {
    name: '5.18 binary message inside of a text',
    sent: [toFrame(text, 'a', unfinished), toFrame(binary, 'b')],
    closed: [1002],
  },
  {
    name: '5.18 new message inside of another',
    sent: [toFrame(text, 'a', unfinished), toFrame(text, 'b')],
    closed: [1002],
  },
  { name: '5.19 empty fragments around', sent: toFragments(text, ['', 'x', '']), echoes: ['x'] },
  {
    name: '5.20 two messages in fragments, one behind the other',
    sent: [...toFragments(text, ['a', 'b', 'c']), ...toFragments(binary, ['d', 'e'])],
    echoes: ['abc', Buffer.from('de')],
  },
  { name: '5.20 nothing but empty fragments', sent: toFragments(text, ['', '', '']), echoes: [''] },
];

const greeting = 'κόσμε 你好 😀';
const greetingBytes = [...Buffer.from(greeting)].map((byte) => Buffer.of(byte));

const validTexts: Record<string, string> = {
  'two, three and four bytes': 'κόσμε 中文 😀',
  'the first of each length': '\0\u0080\u0800\u{10000}',
  'the last of each length': '\x7f\u07ff\uffff\u{10ffff}',
  'around the surrogates': '\ud7ff\ue000',
  'a replacement character': '\ufffd',
  'a byte order mark': '\ufeffx',
  'non-characters': '\ufffe\u{1fffe}',
};

const invalidTexts: Record<string, string> = {
  'a continuation byte alone': '80',
  'an end that is missing': 'ce ba e1 bd',
  'a byte that never occurs': 'fe',
  'a five-byte form': 'f8 88 80 80 80',
  'an overlong slash': 'c0 af',
  'an overlong NUL in three bytes': 'e0 80 80',
  'an overlong form in four bytes': 'f0 8f bf bf',
  'a high surrogate': 'ed a0 80',
  'a pair of surrogates': 'ed a0 80 ed b0 80',
  'what is above U+10FFFF': 'f4 90 80 80',
  'a beginning inside of a character': '61 e4 bd 61 bd',
};

const utf8: ConformanceCase[] = [
  { name: '6.1 text in fragments of one byte', sent: toFragments(text, ['a', 'b', 'c']), echoes: ['abc'] },
  {
    name: '6.2 characters cut by fragments',
    sent: toFragments(text, [Buffer.from(greeting).subarray(0, 8), Buffer.from(greeting).subarray(8)]),
    echoes: [greeting],
  },
  ...greetingBytes.slice(1).map((_, i) => ({
    name: `6.2 characters cut behind byte ${i + 1}`,
    sent: toFragments(text, [Buffer.from(greeting).subarray(0, i + 1), Buffer.from(greeting).subarray(i + 1)]),
    echoes: [greeting],
  })),
  {
    name: '6.3 invalid, each byte in a fragment of its own',
    sent: toFragments(
      text,
      [...Buffer.from('κό'), 0xed, 0xa0, 0x80].map((byte) => Buffer.of(byte)),
    ),
    closed: [1007],
  },
  {
    name: '6.4 invalid in a later fragment, after pings',
    sent: [
      toFrame(text, 'κόσμε', unfinished),
      toFrame(ping, 'p'),
      toFrame(continuation, hex('f4 90 80 80'), unfinished),
      toFrame(continuation, 'edited'),
    ],
    pongs: ['p'],
    closed: [1007],
  },
  {
    name: '6.2 each byte in a fragment of its own',
    sent: toFragments(text, greetingBytes),
    echoes: [greeting],
  },
  ...Object.entries(validTexts).map(([name, value]) => ({
    name: `6.5 valid: ${name}`,
    sent: [toFrame(text, value)],
    echoes: [value],
  })),
  ...Object.entries(invalidTexts).flatMap(([name, bytes]): ConformanceCase[] => [
    { name: `6.6 invalid: ${name}`, sent: [toFrame(text, hex(bytes))], closed: [1007] },
    {
      name: `6.6 invalid, in fragments: ${name}`,
      sent: toFragments(text, ['good so far ', hex(bytes), ' and good again']),
      closed: [1007],
    },
  ]),
  { name: '6.9 binary need not be UTF-8', sent: [toFrame(binary, hex('ed a0 80'))], echoes: [hex('ed a0 80')] },
];

const validCodes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];
const invalidCodes = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 5001, 32_768, 65_535];

const closing: ConformanceCase[] = [
  {
    name: '7.1 message, then close',
    sent: [toFrame(text, 'last words'), toFrame(close, toClosePayload(1000))],
    echoes: ['last words'],
    closed: [1000],
  },
  {
    name: '7.1 two close frames',
    sent: [toFrame(close, toClosePayload(1000)), toFrame(close, toClosePayload(1001))],
    closed: [1000],
  },
  { name: '7.1 ping after close', sent: [toFrame(close, toClosePayload(1000)), toFrame(ping, 'x')], closed: [1000] },
  { name: '7.1 message after close', sent: [toFrame(close, toClosePayload(1000)), toFrame(text, 'x')], closed: [1000] },
  { name: '7.1 rubbish after close', sent: [toFrame(close, toClosePayload(1000)), hex('ff ff ff ff')], closed: [1000] },
  { name: '7.3 close without code', sent: [toFrame(close)], closed: [1000] },
  { name: '7.3 close with half a code', sent: [toFrame(close, hex('03'))], closed: [1002] },
  { name: '7.3 close with a reason', sent: [toFrame(close, toClosePayload(1000, '再见'))], closed: [1000, '再见'] },
  {
    name: '7.3 close with the longest reason',
    sent: [toFrame(close, toClosePayload(1000, '*'.repeat(123)))],
    closed: [1000, '*'.repeat(123)],
  },
  {
    name: '7.3 close with a reason that is too long',
    sent: [toFrame(close, toClosePayload(1000, '*'.repeat(124)))],
    closed: [1002],
  },
  {
    name: '7.5 close with a reason that is no UTF-8',
    sent: [toFrame(close, toClosePayload(1000, hex('ce ba e1 bd')))],
    closed: [1007],
  },
  {
    name: '7.3 close with a code that is no code, and rubbish behind it',
    sent: [toFrame(close, Buffer.concat([toClosePayload(1016), hex('ff')]))],
    closed: [1002],
  },
  {
    name: '7.1 close inside of a message, which is never seen',
    sent: [toFrame(text, 'a', unfinished), toFrame(close, toClosePayload(1001)), toFrame(continuation, 'b')],
    closed: [1001],
  },
  ...validCodes.map(
    (code): ConformanceCase => ({
      name: `7.7 close with ${code}`,
      sent: [toFrame(close, toClosePayload(code))],
      closed: [code],
    }),
  ),
  ...invalidCodes.map(
    (code): ConformanceCase => ({
      name: `7.9 close with ${code}`,
      sent: [toFrame(close, toClosePayload(code))],
      closed: [1002],
    }),
  ),
];

const limits: ConformanceCase[] = [
  { name: '9.1 message that is too large', sent: [toFrame(binary, Buffer.alloc(65_537))], closed: [1009] },
  {
    name: '9.2 claim of too large a message, without it',
    sent: [toFrame(binary, '', { claimedLength: 65_537 })],
    closed: [1009],
  },
  { name: '9.2 claim of 2^40 bytes', sent: [toFrame(text, 'x', { claimedLength: 2 ** 40 })], closed: [1009] },
  { name: '9.2 claim of 2^62 bytes', sent: [toFrame(text, 'x', { claimedLength: 2 ** 62 })], closed: [1009] },
  {
    name: '9.2 the largest message',
    sent: [toFrame(binary, Buffer.alloc(65_536, 1))],
    echoes: [Buffer.alloc(65_536, 1)],
  },
  {
    name: '9.3 the largest message, in fragments',
    sent: toFragments(
      binary,
      Array.from({ length: 32 }, (_, i) => Buffer.alloc(2_048, i)),
    ),
    echoes: [Buffer.concat(Array.from({ length: 32 }, (_, i) => Buffer.alloc(2_048, i)))],
  },
  {
    name: '9.3 the largest message and a ping in fragments of one byte less, and of one',
    sent: [
      toFrame(binary, Buffer.alloc(65_535, 7), unfinished),
      toFrame(ping, 'p'),
      toFrame(continuation, Buffer.alloc(1, 7)),
    ],
    echoes: [Buffer.alloc(65_536, 7)],
    pongs: ['p'],
  },
  {
    name: '10.1 a large text in fragments of 2,100 bytes',
    sent: toFragments(
      text,
      Array.from({ length: 32 }, (_, i) => '*'.repeat(i < 31 ? 2_100 : 436)),
    ),
    echoes: ['*'.repeat(65_536)],
  },
  {
    name: '9.3 fragments that are too large together',
    sent: toFragments(binary, [Buffer.alloc(40_000), Buffer.alloc(40_000)]),
    closed: [1009],
  },
  { name: '9.4 as many fragments as may be', sent: toFragments(text, Array(32).fill('x')), echoes: ['x'.repeat(32)] },
  { name: '9.4 too many fragments', sent: toFragments(text, Array(33).fill('x')), closed: [1008] },
  { name: '9.4 too many empty fragments', sent: toFragments(text, Array(33).fill('')), closed: [1008] },
  {
    name: '9.5 a hundred messages of all sizes in one write',
    sent: Array.from({ length: 100 }, (_, i) => toFrame(text, 'x'.repeat(i * 7))),
    echoes: Array.from({ length: 100 }, (_, i) => 'x'.repeat(i * 7)),
  },
  {
    name: '9.5 several messages in one write',
    sent: [toFrame(text, 'a'), toFrame(binary, 'b'), toFrame(text, 'c')],
    echoes: ['a', Buffer.from('b'), 'c'],
  },
];

/** All of them. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...framing,
  ...pings,
  ...reserved,
  ...fragments,
  ...utf8,
  ...closing,
  ...limits,
];
