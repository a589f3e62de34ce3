import { execFileSync } from 'node:child_process';
import { createServer } from 'node:https';
import { connect as connectTls } from 'node:tls';
import { forbidden, unauthorized } from '@minihub/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { trapFaults } from '../support/fault-trap.ts';
import { DirectScene, wasReadByNode } from './direct-scene.ts';
import { type HeaderLine, headOf, needed, needing } from './plain-heads.ts';

const at = (path: string, ...more: HeaderLine[]): string => headOf([...needed, ...more], `GET ${path} HTTP/1.1`);
const plain = (line: string, ...headers: HeaderLine[]): string => headOf([['Host', 'x'], ...headers], line);
const close: HeaderLine = ['Connection', 'close'];
const hello = '\x81\x85\0\0\0\0hello';

/** What is sent: all at once, or in these parts. */
type Sent = string | readonly string[];

const line = 'GET /raw HTTP/1.1';
const handshake = at('/raw');

const texts: readonly (readonly [name: string, text: Sent])[] = [
  ['a handshake', at('/raw')],
  ['a handshake with a message behind it', at('/raw') + hello],
  ['a path in another case, escaped, with a slash and a query', at('/R%61w/?a=%20&b')],
  ['sub-protocols', at('/raw', ['Sec-WebSocket-Protocol', 'one, two'])],
  ['a sub-protocol twice', at('/raw', ['Sec-WebSocket-Protocol', 'one, one'])],
  ['compression', at('/raw', ['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits'])],
  [
    'an offer of compression that cannot be understood',
    at('/raw', ['Sec-WebSocket-Extensions', 'permessage-deflate; foo']),
  ],
  ['another origin', at('/raw', ['Origin', 'https://evil.example'])],
  [
    'a mini program that may not',
    at('/raw', ['Referer', 'https://servicewechat.com/wx0000000000000000/0/page-frame.html']),
  ],
  ['an unknown id', at('/raw?id=unknown')],
  ['the path of negotiate', at('/raw/negotiate')],
  ['the path of refresh', at('/raw/refresh')],
  ['no credentials', at('/locked')],
  ['the wrong credentials', at('/locked', ['Authorization', 'Bearer wrong'])],
  ['the right credentials, in the query', at('/locked?access_token=right')],
  ['one connection too many of an address', at('/full', ['X-Forwarded-For', '10.0.0.1'])],
  ['a path that is nobody’s', at('/elsewhere')],
  ['a version of long ago', headOf(needing('Sec-WebSocket-Version', '8'), 'GET /raw HTTP/1.1')],
  ['no key', headOf(needing('Sec-WebSocket-Key', undefined), 'GET /raw HTTP/1.1')],
  ['no host', headOf(needing('Host', undefined), 'GET /raw HTTP/1.1')],
  ['a handshake with a body', `${headOf([['Content-Length', '5'], ...needed], 'GET /raw HTTP/1.1')}hello`],
  ['HTTP/1.0', headOf(needed, 'GET /raw HTTP/1.0')],
  ['another method', headOf(needed, 'POST /raw HTTP/1.1')],
  ['two requests at once', plain('GET /one HTTP/1.1') + plain('GET /two HTTP/1.1', close)],
  ['a request and a handshake behind it', plain('GET /one HTTP/1.1') + at('/raw')],
  ['negotiation', plain('OPTIONS /raw/negotiate HTTP/1.1', ['Origin', 'http://x'], close)],
  ['a post to a route of theirs', `${plain('POST / HTTP/1.1', ['Content-Length', '2'], close)}hi`],
  [
    'a request that waits for 100 Continue',
    plain('POST / HTTP/1.1', ['Expect', '100-continue'], ['Content-Length', '0'], close),
  ],
  [
    'an offer of HTTP/2',
    plain('GET / HTTP/1.1', ['Connection', 'Upgrade, HTTP2-Settings'], ['Upgrade', 'h2c'], ['HTTP2-Settings', 'AA']),
  ],
  ['nonsense', 'nonsense\r\n\r\n'],
  ['a header of 20,000 bytes', plain('GET / HTTP/1.1', ['X', 'a'.repeat(20_000)])],
  ['a folded header', headOf(needed, 'GET /raw HTTP/1.1').replace('Host: ', 'X: a\r\n b\r\nHost: ')],
  [
    'names in capitals',
    headOf(
      needed.map(([name, value]) => [name.toUpperCase(), value] as const),
      line,
    ),
  ],
  [
    'names in small letters',
    headOf(
      needed.map(([name, value]) => [name.toLowerCase(), value] as const),
      line,
    ),
  ],
  ['blanks and tabs around values', handshake.replace('Host: example.com', 'Host:\t example.com \t')],
  ['no blank before values', handshake.replaceAll(': ', ':')],
  ['keep-alive beside the upgrade', headOf(needing('Connection', 'keep-alive, Upgrade'), line)],
  ['the upgrade before keep-alive', headOf(needing('Connection', 'Upgrade,keep-alive'), line)],
  ['empty places in Connection', headOf(needing('Connection', ', Upgrade,'), line)],
  ['Connection in two lines', headOf([...needing('Connection', 'keep-alive'), ['Connection', 'Upgrade']], line)],
  ['no Connection', headOf(needing('Connection', undefined), line)],
  ['sub-protocols in two lines', at('/raw', ['Sec-WebSocket-Protocol', 'a'], ['Sec-WebSocket-Protocol', 'b, c'])],
  ['empty places among sub-protocols', at('/raw', ['Sec-WebSocket-Protocol', ', b,, a'])],
  ['an empty list of sub-protocols, as libsoup sends it', at('/raw', ['Sec-WebSocket-Protocol', ''])],
  [
    'offers of compression in two lines',
    at('/raw', ['Sec-WebSocket-Extensions', 'bzip'], ['Sec-WebSocket-Extensions', 'permessage-deflate']),
  ],
  ['the whole address, as to a proxy', headOf(needed, 'GET http://example.com/raw?a=b HTTP/1.1')],
  ['two versions', headOf(needing('Sec-WebSocket-Version', '13, 8'), line)],
  ['a key that is too short', headOf(needing('Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25j'), line)],
  ['two keys', headOf([...needed, ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ==']], line)],
  ['an upgrade to one of two protocols', headOf(needing('Upgrade', 'websocket, h2c'), line)],
  ['a token of 8,192 bytes in the query', at(`/raw?access_token=${'a'.repeat(8_192)}`)],
  ['a query that is too long', at(`/raw?access_token=${'a'.repeat(17_000)}`)],
  ['characters that no query should have', at('/raw?a[0]=b|c^d`{}"')],
  ['a query that is no percent-encoding', at('/raw?a=%zz%')],
  ['a query that is not ASCII', at('/raw?name=\xe4\xbd\xa0')],
  ['a header that is not ASCII', at('/raw', ['X-Name', '\xe4\xbd\xa0\xe5\xa5\xbd'])],
  ['a header with a NUL', at('/raw', ['X-Name', 'a\0b'])],
  ['a hundred headers', at('/raw', ...Array.from({ length: 100 }, (_, n) => [`X-${n}`, 'a'] as const))],
  ['a host with its port', headOf(needing('Host', 'example.com:8080'), line)],
  ['a host of IPv6', headOf([...needing('Host', '[::1]:8080'), ['Origin', 'http://[::1]:8080']], line)],
  [
    'a host with the port that goes without saying',
    headOf([...needing('Host', 'example.com:443'), ['Origin', 'https://example.com']], line),
  ],
  ['the origin null', at('/raw', ['Origin', 'null'])],
  ['a chunked body', `${at('/raw', ['Transfer-Encoding', 'chunked'])}0\r\n\r\n${hello}`],
  ['an empty body', `${at('/raw', ['Content-Length', '0'])}${hello}`],
  ['two handshakes at once', handshake + handshake],
  ['a handshake behind a post', `${plain('POST /one HTTP/1.1', ['Content-Length', '2'])}hi${handshake}`],
  ['an empty line before it', `\r\n${handshake}`],
  ['a handshake byte by byte, and a message', [...(handshake + hello)]],
  ['a handshake in two parts', [handshake.slice(0, 30), handshake.slice(30)]],
  ['a handshake and a message in part', [handshake + hello.slice(0, 3), hello.slice(3)]],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
];

async function start(directUpgrades: boolean): Promise<DirectScene> {
  return DirectScene.start(
    ({ hubs, http }) => {
      const message = (connection: { send(data: string | Uint8Array): unknown }, data: string | Uint8Array): void =>
        void connection.send(data);
      hubs.mapRaw('/raw', { message }, { compression: true, allowedAppIds: ['wx1111111111111111'] });
      hubs.mapRaw('/full', {}, { rateLimits: { connects: { perAddress: { perSecond: 0.001, burst: 1 } } } as never });
      hubs.mapRaw(
        '/locked',
        { message },
        {
          authenticate({ token }) {
            if (token === undefined) throw unauthorized();
            if (token !== 'right') throw forbidden();
            return { user: 'ada' };
          },
        },
      );
      hubs.attach(http, { directUpgrades });
    },
    { hubs: { trustProxy: ['loopback'], health: true } },
  );
}

/** All that comes back. */
async function answerTo(scene: DirectScene, sent: Sent): Promise<string> {
  const [first, ...more] = typeof sent === 'string' ? [sent] : sent;
  const client = await scene.client(first);
  client.setNoDelay();
  let answer = '';
  client.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  for (const part of more) {
    client.write(Buffer.from(part, 'latin1'));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await expect.poll(() => answer !== '' || client.destroyed).toBe(true);
  // A WebSocket, or a connection that is kept alive, is ended by us: what was answered has come before.
  client.end();
  await new Promise((resolve) => (client.destroyed ? resolve(0) : client.once('close', resolve)));
  return answer.replaceAll(/^Date: .*$/gm, 'Date: now');
}

describe('with and without a look at sockets first', () => {
  trapFaults();

  it.each(texts)('a server answers %s in the same way', async (_, text) => {
    const [direct, ordinary] = [await start(true), await start(false)];
    // The second of an address is one too many at /full.
    const answers = [];
    for (const scene of [direct, ordinary]) answers.push([await answerTo(scene, text), await answerTo(scene, text)]);
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.[0]).not.toBe('');
    expect(ordinary.sockets.map(wasReadByNode)).toEqual([true, true]);
  });
});

describe('a server of node:https', () => {
  trapFaults();

  it('answers plain handshakes without node:http as well', async () => {
    const certificate = [
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      '/CN=localhost',
    ];
    const pem = execFileSync('openssl', ['req', ...certificate, '-keyout', '-', '-out', '-'], {
      stdio: 'pipe',
    }).toString();
    const server = createServer({ cert: pem, key: pem }, (_, response) => void response.end('theirs'));
    const secure: Parameters<typeof wasReadByNode>[0][] = [];
    server.on('secureConnection', (socket) => secure.push(socket));
    const scene = await DirectScene.start((each) => void each.attachEcho(), { server });
    for (const [text, until, isDirect] of [
      [at('/raw') + hello, /hello$/, true],
      [plain('GET / HTTP/1.1', close), /theirs$/, false],
    ] as const) {
      const client = connectTls({ port: scene.port, host: '127.0.0.1', rejectUnauthorized: false });
      onTestFinished(() => void client.destroy());
      client.write(Buffer.from(text, 'latin1'));
      expect(await scene.heard(client, until)).toMatch(until);
      expect(wasReadByNode(secure.at(-1))).toBe(!isDirect);
    }
  });
});
