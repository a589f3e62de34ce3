import { createServer, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxUpgradeHeadBytes, rawHeadersOf, recogniseUpgradeHead } from '../../src/http/upgrade-head.ts';
import { edits, headOf, needed, needing, plainHeads } from './plain-heads.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const recognise = (text: string): ReturnType<typeof recogniseUpgradeHead> => recogniseUpgradeHead(bytes(text));

/** What comes of a text. */
interface Reading {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: object;
  readonly rawHeaders: readonly string[];
  readonly rest: string;
}

/** How `node:http` reads the first request in `text`; `undefined` when it is no upgrade that would be handed to us. */
function readByNode(text: string): Promise<Reading | undefined> {
  return new Promise((resolve) => {
    const server = createServer(() => resolve(undefined));
    server.on('clientError', () => resolve(undefined));
    server.on('upgrade', ({ method, url, headers, rawHeaders }: IncomingMessage, _, head: Buffer) =>
      resolve({ method, url, headers, rawHeaders, rest: head.toString('latin1') }),
    );
    const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    server.emit('connection', socket);
    socket.push(bytes(text));
    // An incomplete head makes Node wait: its end is an error.
    socket.push(null);
    socket.on('close', () => resolve(undefined));
  });
}

function readByUs(text: string): Reading | undefined {
  const head = recognise(text);
  if (head === undefined) return undefined;
  const { url, headers } = head;
  const rest = text.slice(head.text.length);
  return { method: 'GET', url, headers, rawHeaders: [...rawHeadersOf(head.text)].flat(), rest };
}

describe('recogniseUpgradeHead', () => {
  it('takes every plain handshake, and reads it as node:http does, with what follows it', async () => {
    const rest = fc.constantFrom('', '\x81\x80abcd', '\r\n', 'GET / HTTP/1.1\r\n\r\n');
    await fc.assert(
      fc.asyncProperty(plainHeads, rest, async (head, after) => {
        const ours = readByUs(head + after);
        expect(ours).toBeDefined();
        expect(ours).toEqual(await readByNode(head + after));
        expect(ours?.rest).toBe(after);
      }),
      { numRuns: 300 },
    );
  });

  it('takes nothing that node:http would read otherwise, whatever is done to a handshake', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(plainHeads, edits, async (head, edit) => {
        const text = edit(head);
        const ours = readByUs(text);
        if (ours === undefined) return;
        taken++;
        expect(ours).toEqual(await readByNode(text));
      }),
      { numRuns: 3_000 },
    );
    // Edits within values and between frames stay plain: the comparison is not an empty one.
    expect(taken).toBeGreaterThan(100);
  });

  it('keeps the names of headers apart from those of objects', () => {
    const head = recognise(headOf([...needed, ['constructor', 'a'], ['hasOwnProperty', 'b']]));
    expect(head?.headers).toMatchObject({ constructor: 'a', hasownproperty: 'b', host: 'example.com' });
  });

  it.each([
    ['another method', headOf(needed, 'POST /hub HTTP/1.1')],
    ['a method in lower case', headOf(needed, 'get /hub HTTP/1.1')],
    ['HTTP/1.0', headOf(needed, 'GET /hub HTTP/1.0')],
    ['HTTP/2.0', headOf(needed, 'GET /hub HTTP/2.0')],
    ['a target with its host', headOf(needed, 'GET http://example.com/hub HTTP/1.1')],
    ['a fragment', headOf(needed, 'GET /hub#a HTTP/1.1')],
    ['a target with brackets', headOf(needed, 'GET /hub?a[0]=1 HTTP/1.1')],
    ['a target that is not ASCII', headOf(needed, 'GET /hübli HTTP/1.1')],
    ['two spaces before the target', headOf(needed, 'GET  /hub HTTP/1.1')],
    ['two spaces after the target', headOf(needed, 'GET /hub  HTTP/1.1')],
    ['an empty line before it', `\r\n${headOf(needed)}`],
    ['bare line feeds', headOf(needed).replaceAll('\r\n', '\n')],
    ['a bare line feed', headOf(needed).replace('\r\n', '\n')],
    ['a bare carriage return', headOf(needed).replace('example', 'exam\rple')],
    ['a line folded into the next', headOf([...needed, ['X', 'a\r\n b']])],
    ['a space before a colon', headOf([...needed, ['X ', 'a']])],
    ['two spaces after a colon', headOf([...needed, ['X', ' a']])],
    ['a tab in a value', headOf([...needed, ['X', 'a\tb']])],
    ['a space at the end of a value', headOf([...needed, ['X', 'a ']])],
    ['an empty value', headOf([...needed, ['X', '']])],
    ['a value that is not ASCII', headOf([...needed, ['X', 'é']])],
    ['a value with a NUL', headOf([...needed, ['X', 'a\0b']])],
    ['a name with an underscore', headOf([...needed, ['__proto__', 'a']])],
    ['a name that is no token', headOf([...needed, ['X(', 'a']])],
    ['a name of 65 characters', headOf([...needed, ['x'.repeat(65), 'a']])],
    ['a header twice', headOf([...needed, ['Cookie', 'a=b'], ['cookie', 'c=d']])],
    ['two hosts', headOf([...needed, ['host', 'other.example']])],
    ['65 headers', headOf([...needed, ...Array.from({ length: 60 }, (_, n) => [`X-${n}`, 'a'] as const)])],
    ['a body', headOf([...needed, ['Content-Length', '3']])],
    ['an empty body', headOf([...needed, ['Content-Length', '0']])],
    ['a chunked body', headOf([...needed, ['Transfer-Encoding', 'chunked']])],
    ['Expect', headOf([...needed, ['Expect', '100-continue']])],
    ['Set-Cookie', headOf([...needed, ['Set-Cookie', 'a=b']])],
    ['HTTP2-Settings', headOf([...needed, ['HTTP2-Settings', 'AAEAAEAA']])],
    ['Proxy-Connection', headOf([...needed, ['Proxy-Connection', 'close']])],
    ['no host', headOf(needing('Host', undefined))],
    ['no key', headOf(needing('Sec-WebSocket-Key', undefined))],
    ['a key of 15 bytes', headOf(needing('Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25j'))],
    ['no version', headOf(needing('Sec-WebSocket-Version', undefined))],
    ['version 8', headOf(needing('Sec-WebSocket-Version', '8'))],
    ['no Upgrade', headOf(needing('Upgrade', undefined))],
    ['two protocols in Upgrade', headOf(needing('Upgrade', 'websocket, h2c'))],
    ['h2c', headOf(needing('Upgrade', 'h2c'))],
    ['no Connection', headOf(needing('Connection', undefined))],
    ['close beside the upgrade', headOf(needing('Connection', 'close, Upgrade'))],
    ['keep-alive alone', headOf(needing('Connection', 'keep-alive'))],
    ['nothing', ''],
    ['a TLS hello', '\x16\x03\x01\x02\x00\x01'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['the header of a proxy', `PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n${headOf(needed)}`],
  ])('leaves %s to others', (_, text) => {
    expect(recognise(headOf(needed))).toBeDefined();
    expect(recognise(text)).toBeUndefined();
  });

  it('leaves every head that is not there to its end, and reads no further than that', () => {
    const head = headOf(needed);
    for (let length = 0; length < head.length; length++) expect(recognise(head.slice(0, length))).toBeUndefined();
    expect(recognise(`${head}${head}`)?.text).toBe(head);
  });

  it(`takes heads of ${maxUpgradeHeadBytes} bytes, and of no more than its server allows`, () => {
    const empty = headOf([...needed, ['X', 'a']]).length - 1;
    const padded = (length: number): string => headOf([...needed, ['X', 'a'.repeat(length - empty)]]);
    expect(recognise(padded(maxUpgradeHeadBytes))?.text).toHaveLength(maxUpgradeHeadBytes);
    expect(recognise(padded(maxUpgradeHeadBytes + 1))).toBeUndefined();
    expect(recogniseUpgradeHead(bytes(padded(500)), 500)).toBeDefined();
    expect(recogniseUpgradeHead(bytes(padded(501)), 500)).toBeUndefined();
  });

  it('gives values that do not hold the whole head in memory', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const secret = 'a'.repeat(7_500);
    const kept: unknown[] = [];
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 2_000; n++) {
      const user = `user-${'0'.repeat(20)}${n}`;
      const lines = headOf([...needed, ['Authorization', secret], ['X-User', user]], `GET /${'p'.repeat(20)} HTTP/1.1`);
      const head = recognise(lines);
      kept.push(head?.url, head?.headers['x-user'], head?.headers.host);
    }
    collect();
    // The heads are 16 MB together.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(4_000_000);
    expect(kept).toHaveLength(6_000);
    expect(kept.at(-2)).toContain('1999');
  });

  it('looks at each byte a bounded number of times', () => {
    // Whatever makes a regular expression go back: spaces at the end of values, short lines, an end that does not come.
    const hostile = [
      'a '.repeat(4_000),
      `${' '.repeat(8_000)}\t`,
      'X: a \r\n'.repeat(1_000),
      `X: ${'a\r\nX: '.repeat(1_500)}`,
    ];
    for (const text of hostile) {
      expect(recognise(`GET / HTTP/1.1\r\nX: ${text}\r\n\r\n`)).toBeUndefined();
      expect(recognise(`GET /${text} HTTP/1.1\r\n\r\n`)).toBeUndefined();
    }
  });
});
