import { createServer } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { TestAuthority } from './support/certificates.ts';
import { consult } from './support/doctor.ts';
import { type Behaviour, echo, type OnUpgrade, rawAnswer, startHttp, startTcp } from './support/sick-server.ts';

const authority = new TestAuthority();
afterAll(() => authority[Symbol.dispose]());
const served = authority.issue();
const trust = ['--ca', authority.rootFile];

async function findingsOf(behaviour: Behaviour, args: readonly string[] = []) {
  await using server = await startHttp(served, behaviour);
  return await consult(`wss://chat.test:${server.port}/ws`, [...trust, ...args]);
}

/** Lets in whom `admits` admits. */
function admitting(admits: (headers: NodeJS.Dict<string | string[]>) => boolean, status = '403 Forbidden'): OnUpgrade {
  const open = echo();
  return (request, socket, head) =>
    admits(request.headers)
      ? open(request, socket, head)
      : rawAnswer(`HTTP/1.1 ${status}`, 'Content-Length: 0')(request, socket, head);
}

/** Completes the handshake, with a line in the answer that nobody asked for. */
function openWith(line: string): OnUpgrade {
  const open = echo();
  return (request, socket, head) => {
    const write = socket.write.bind(socket);
    const withLine = (data: string | Buffer, ...rest: never[]): boolean =>
      write(typeof data === 'string' ? data.replace('\r\n\r\n', `\r\n${line}\r\n\r\n`) : data, ...rest);
    socket.write = withLine as typeof socket.write;
    open(request, socket, head);
  };
}

describe('D1: a handshake without 101', () => {
  it.each([
    ['upgrade-not-forwarded', 'HTTP/1.1 200 OK'],
    ['upgrade-not-forwarded', 'HTTP/1.1 400 Bad Request'],
    ['upgrade-not-forwarded', 'HTTP/1.1 426 Upgrade Required'],
    ['path-not-found', 'HTTP/1.1 404 Not Found'],
    ['upstream-down', 'HTTP/1.1 502 Bad Gateway'],
    ['not-authorised', 'HTTP/1.1 401 Unauthorized'],
  ])('is called %s for %s', async (code, status) => {
    const told = await findingsOf({ upgrade: rawAnswer(status, 'Content-Length: 0') });
    expect(told.codes).toEqual([code]);
    expect(told.exit).toBe(1);
  });

  it.each([
    ['nginx', 'Server: nginx/1.22.1', 'proxy_set_header Upgrade $http_upgrade;'],
    ['Apache', 'Server: Apache/2.4.71', 'upgrade=websocket'],
    ['IIS', 'Server: Microsoft-IIS/10.0', '<webSocket enabled="true" />'],
    ['Cloudflare', 'CF-RAY: 1234-SIN', 'WebSockets: On'],
    ['Tencent EdgeOne', 'EO-LOG-UUID: 1', 'WebSocket: 开启'],
    ['Caddy', 'Via: 1.1 Caddy', 'reverse_proxy'],
    ['Envoy', 'Server: envoy', 'upgrade_type: websocket'],
  ])('comes with the lines for %s (D9 where it is a CDN)', async (product, header, line) => {
    const told = await findingsOf({ upgrade: rawAnswer('HTTP/1.1 400 Bad Request', header, 'Content-Length: 0') });
    expect(told.findings[0]?.configuration).toEqual([
      { product, lines: expect.arrayContaining([expect.stringContaining(line)]) },
    ]);
  });

  it('takes the word of who says what stands in front', async () => {
    const told = await findingsOf({ upgrade: rawAnswer('HTTP/1.1 400 Bad Request', 'Content-Length: 0') }, [
      '--proxy',
      'haproxy',
    ]);
    expect(told.findings[0]?.configuration[0]?.product).toBe('HAProxy');
  });

  it('is called accept-wrong when the answer was made for another key', async () => {
    const upgrade = rawAnswer(
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    );
    expect((await findingsOf({ upgrade })).codes).toEqual(['accept-wrong']);
  });

  it('is called no-answer when there is none', async () => {
    const told = await findingsOf({ upgrade: () => undefined }, ['--timeout', '1']);
    expect(told.codes).toEqual(['no-answer']);
  });
});

describe('D4: an address that no domain list takes', () => {
  it('is called url-insecure for ws', async () => {
    await using server = await startHttp(undefined, { upgrade: echo() });
    expect((await consult(`ws://chat.test:${server.port}/`)).codes).toEqual(['url-insecure']);
  });

  it.each(['127.0.0.1', 'localhost'])('is called url-no-domain for %s', async (host) => {
    const named = authority.issue({ names: ['localhost'] });
    await using server = await startHttp(named, { upgrade: echo() });
    const { codes } = await consult(`wss://${host}:${server.port}/`, trust);
    expect(codes.filter((code) => code !== 'certificate-wrong-name')).toEqual(['url-no-domain']);
  });

  it('is called domain-not-listed when only the parent is listed', async () => {
    const told = await findingsOf({ upgrade: echo() }, ['--domain', 'wss://test.test', '--domain', 'test']);
    expect(told.codes).toEqual(['domain-not-listed']);
    expect(told.findings[0]?.seen.en).toContain('test is, which is another entry');
  });

  it('is not found in a list that has it', async () => {
    expect(
      (await findingsOf({ upgrade: echo() }, ['--domain', 'https://a.test', '--domain', 'wss://CHAT.test'])).codes,
    ).toEqual([]);
  });
});

describe('D5: sub-protocols', () => {
  it('is called subprotocol-not-echoed when it is asked for and not answered', async () => {
    const told = await findingsOf({ upgrade: echo({ handleProtocols: () => false }) }, ['--protocol', 'chat']);
    expect(told.codes).toEqual(['subprotocol-not-echoed']);
  });

  it('is called subprotocol-unasked when one is answered that nobody offered', async () => {
    const told = await findingsOf({ upgrade: openWith('Sec-WebSocket-Protocol: chat') }, ['--listen', '0']);
    expect(told.codes).toEqual(['subprotocol-unasked']);
  });
});

describe('D6: compression', () => {
  it('is called compression-breaks when those who offer it are refused', async () => {
    const upgrade = admitting((headers) => headers['sec-websocket-extensions'] === undefined, '400 Bad Request');
    expect((await findingsOf({ upgrade })).codes).toEqual(['compression-breaks']);
  });

  it('is called compression-breaks when it is agreed on and not done', async () => {
    const plain = echo();
    const promising = openWith('Sec-WebSocket-Extensions: permessage-deflate');
    const upgrade: OnUpgrade = (request, socket, head) =>
      (request.headers['sec-websocket-extensions'] === undefined ? plain : promising)(request, socket, head);
    // What it answers is compressed by name only: it cannot be inflated.
    const told = await findingsOf({ upgrade }, ['--echo']);
    expect(told.codes).toEqual(['compression-breaks']);
  });

  it('is called compression-unasked when the server answers with it by itself', async () => {
    const told = await findingsOf({ upgrade: openWith('Sec-WebSocket-Extensions: permessage-deflate') }, [
      '--listen',
      '0',
    ]);
    expect(told.codes).toEqual(['compression-unasked']);
  });
});

describe('D11: what clouds ask', () => {
  it.each<[string, NonNullable<Behaviour['request']>]>([
    ['is answered with 500', (_request, response) => response.writeHead(500).end()],
    ['ends the connection', (request) => request.socket.destroy()],
  ])('is called plain-get-fails when a health check %s', async (_how, request) => {
    expect((await findingsOf({ upgrade: echo(), request })).codes).toEqual(['plain-get-fails']);
  });

  it('is called test-domain for the default domain of cloud hosting', async () => {
    const host = 'chat-1-1250000000.sh.run.tcloudbase.com';
    await using server = await startHttp(authority.issue({ names: [host] }), { upgrade: echo() });
    expect((await consult(`wss://${host}:${server.port}/`, trust)).codes).toEqual(['test-domain']);
  });
});

describe('D12: addresses', () => {
  it('is called address-dead when one of two refuses', async () => {
    await using server = await startHttp(served, { upgrade: echo() });
    const addresses = [
      { address: '127.0.0.9', family: 4 as const },
      { address: '127.0.0.1', family: 4 as const },
    ];
    const told = await consult(`wss://chat.test:${server.port}/`, trust, addresses);
    expect(told.codes).toEqual(['address-dead']);
    expect(told.findings[0]?.seen.en).toBe('127.0.0.9: ECONNREFUSED (nothing listens there)');
  });

  it('is called unreachable when all refuse, and name-unresolved when there is none', async () => {
    const server = await startTcp(createServer());
    await server[Symbol.asyncDispose]();
    expect((await consult(`wss://chat.test:${server.port}/`)).codes).toEqual(['unreachable']);
    expect((await consult('wss://chat.test/', [], [])).codes).toEqual(['unreachable']);
  });
});

describe('D13: redirects', () => {
  it.each([301, 302, 307, 308])('is called redirected for %i', async (status) => {
    const told = await findingsOf({
      upgrade: rawAnswer(`HTTP/1.1 ${status} Moved`, 'Location: https://chat.test/ws/', 'Content-Length: 0'),
    });
    expect(told.codes).toEqual(['redirected']);
    expect(told.findings[0]?.seen.en).toContain('https://chat.test/ws/');
  });
});

describe('D15: who is let in', () => {
  it('is called referer-refused when WeChat’s is', async () => {
    const upgrade = admitting(({ referer }) => !String(referer ?? '').includes('servicewechat'));
    expect((await findingsOf({ upgrade })).codes).toEqual(['referer-refused']);
  });

  it('is called origin-required when phones lack one', async () => {
    const upgrade = admitting(({ origin }) => origin === 'https://chat.test');
    expect((await findingsOf({ upgrade })).codes).toEqual(['origin-required']);
  });
});
