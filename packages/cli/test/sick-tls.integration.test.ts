import { createServer } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { type LeafOptions, type Served, TestAuthority } from './support/certificates.ts';
import { consult } from './support/doctor.ts';
import { type Behaviour, echo, startHttp, startTcp } from './support/sick-server.ts';

const authority = new TestAuthority();
const strangers = new TestAuthority();
afterAll(() => {
  authority[Symbol.dispose]();
  strangers[Symbol.dispose]();
});
const trust = ['--ca', authority.rootFile];

/** What the doctor says of a server with a certificate, and how it speaks TLS. */
async function codesOf(served: Served, tls: Behaviour['tls'] = {}, host = 'chat.test') {
  await using server = await startHttp(served, { upgrade: echo(), tls });
  return (await consult(`wss://${host}:${server.port}/`, trust)).codes;
}

describe('D3: a certificate that phones do not take', () => {
  it.each<[string, LeafOptions]>([
    ['certificate-expired', { fromDays: -100, toDays: -1 }],
    ['certificate-not-yet-valid', { fromDays: 2 }],
    ['certificate-expires-soon', { toDays: 5 }],
    ['certificate-wrong-name', { names: ['other.test', '*.chat.test'] }],
    ['certificate-chain-incomplete', { withIntermediate: false }],
    ['certificate-weak-key', { rsaBits: 1024 }],
  ])('is called %s, and nothing else', async (code, options) => {
    // OpenSSL itself refuses to serve so short a key unless it is told to.
    expect(await codesOf(authority.issue(options), { ciphers: 'DEFAULT:@SECLEVEL=0' })).toEqual([code]);
  });

  it('is called certificate-self-signed', async () => {
    expect(await codesOf(authority.selfSigned())).toEqual(['certificate-self-signed']);
  });

  it('is called certificate-untrusted when it is complete, and its root unknown', async () => {
    expect(await codesOf(strangers.issue())).toEqual(['certificate-untrusted']);
  });

  it('says what to put where the chain is configured', async () => {
    await using server = await startHttp(authority.issue({ withIntermediate: false }), {
      upgrade: echo(),
      request: (_request, response) => response.writeHead(426, { Server: 'Apache/2.4' }).end(),
    });
    const told = await consult(`wss://chat.test:${server.port}/`, trust);
    expect(told.findings[0]?.configuration).toMatchObject([
      { product: 'Apache', lines: [expect.stringContaining('fullchain')] },
    ]);
  });

  it('is shown no token', async () => {
    const heard: unknown[] = [];
    await using server = await startHttp(strangers.issue(), {
      request: ({ headers }, response) => heard.push(headers) && response.end(),
    });
    const told = await consult(`wss://chat.test:${server.port}/`, [...trust, '--token', 'secret']);
    expect(told.codes).toEqual(['certificate-untrusted']);
    expect(heard).toEqual([]);
  });
});

describe('D3 and D9: TLS that phones do not speak', () => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
  it.each<[string, Behaviour['tls']]>([
    ['tls-too-old', old],
    ['tls-1.3-only', { minVersion: 'TLSv1.3' }],
    ['http-1.1-refused', { ALPNProtocols: ['h2'] }],
  ])('is called %s, and nothing else', async (code, tls) => {
    expect(await codesOf(authority.issue(), tls)).toEqual([code]);
  });

  it('is called tls-no-ecdhe when TLS 1.2 has RSA key exchange only', async () => {
    const tls = { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' } as const;
    expect(await codesOf(authority.issue({ rsaBits: 2048 }), tls)).toEqual(['tls-no-ecdhe']);
  });

  it('is called tls-failed when there is none', async () => {
    await using server = await startTcp(createServer((socket) => socket.end('hello')));
    expect((await consult(`wss://chat.test:${server.port}/`, trust)).codes).toEqual(['tls-failed']);
  });
});
