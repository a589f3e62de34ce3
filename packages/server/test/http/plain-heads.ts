import fc from 'fast-check';

/** A header as it is written. */
export type HeaderLine = readonly [name: string, value: string];

/** What every handshake has. */
export const needed: readonly HeaderLine[] = [
  ['Host', 'example.com'],
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
];

/** Writes a head. */
export function headOf(headers: readonly HeaderLine[], requestLine = 'GET /hub HTTP/1.1'): string {
  return `${requestLine}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** The same headers, with one of them written otherwise, or left out. */
export function needing(name: string, value: string | undefined): HeaderLine[] {
  return needed.flatMap((line) => (line[0] !== name ? [line] : value === undefined ? [] : [[name, value] as const]));
}

const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const digits = [...'0123456789'];
const inTargets = [...letters, ...digits, ..."-._~!$&'()*+,;=:@/?%"];
const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index));

function text(characters: readonly string[], maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...characters), { maxLength }).map((parts) => parts.join(''));
}

const values: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...printable), text([...printable, ' '], 40), fc.constantFrom(...printable))
  .map((parts) => parts.join(''));

const names: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('Origin', 'Cookie', 'Authorization', 'Referer', 'User-Agent', 'Accept', 'X-Forwarded-For', 'Date'),
  fc.constantFrom('constructor', 'toString', 'hasOwnProperty', 'Age', 'ETag', 'Content-Type', 'If-Match', 'Via'),
  fc.tuple(fc.constantFrom(...letters), text([...letters, ...digits, '-'], 20)).map((parts) => parts.join('')),
);

const extra: fc.Arbitrary<HeaderLine> = fc.tuple(
  names.filter((name) => !/^(?:te|trailer|host|upgrade|connection|expect)$/i.test(name)),
  values,
);

const keys = fc
  .tuple(
    text([...letters, ...digits, '+', '/'], 22).map((begin) => begin.padEnd(22, 'A')),
    fc.constant('=='),
  )
  .map((parts) => parts.join(''));

/** Handshakes as clients write them: headers in any order, names in any case. */
export const plainHeads: fc.Arbitrary<string> = fc
  .record({
    target: text(inTargets, 60),
    key: keys,
    upgrade: fc.constantFrom('websocket', 'WebSocket', 'WEBSOCKET'),
    connection: fc.constantFrom('Upgrade', 'upgrade', 'keep-alive, Upgrade', 'Keep-Alive, upgrade'),
    host: values,
    extras: fc.uniqueArray(extra, { selector: ([name]) => name.toLowerCase(), maxLength: 20 }),
    seed: fc.nat(),
  })
  .map(({ target, key, upgrade, connection, host, extras, seed }) => {
    const lines: HeaderLine[] = [
      ['Host', host],
      ['Upgrade', upgrade],
      ['Connection', connection],
      ['sec-websocket-version', '13'],
      ['Sec-WebSocket-Key', key],
      ...extras,
    ];
    const turn = seed % lines.length;
    return headOf([...lines.slice(turn), ...lines.slice(0, turn)], `GET /${target} HTTP/1.1`);
  });

const pieces = [
  ...[
    '\r',
    '\n',
    '\r\n',
    '\r\n\r\n',
    ' ',
    '\t',
    ':',
    ': ',
    ',',
    '\0',
    '\u007f',
    '\u00e9',
    '\u00ff',
    'x',
    '#',
    '"',
    '\\',
  ],
  ...[
    'HTTP/1.0',
    ' HTTP/1.1',
    'GET ',
    'POST ',
    'Content-Length: 3\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Host: y\r\n',
  ],
  ...[
    'Connection: close\r\n',
    'Upgrade: h2c\r\n',
    'Expect: 100-continue\r\n',
    'Cookie: a=b\r\n',
    ' folded\r\n',
    'é: é\r\n',
  ],
];

/** What is done to a head: something is written over something else. */
export const edits: fc.Arbitrary<(head: string) => string> = fc
  .array(fc.record({ at: fc.nat(), cut: fc.nat({ max: 4 }), piece: fc.constantFrom('', ...pieces) }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((steps) => (head) => {
    let edited = head;
    for (const { at, cut, piece } of steps) {
      const place = at % (edited.length + 1);
      edited = edited.slice(0, place) + piece + edited.slice(place + cut);
    }
    return edited;
  });
