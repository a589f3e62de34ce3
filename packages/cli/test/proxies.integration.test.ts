import { readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { createHubServer, defineHub, method } from '@minihub/server';
import { afterAll, describe, expect, it } from 'vitest';
import { TestAuthority } from './support/certificates.ts';
import { consult, runCaptured } from './support/doctor.ts';
import { echoOverEvents, echoOverPolls, officialClient, readBody } from './support/hub-client.ts';
import { freePort, programs, startProxy } from './support/proxy.ts';
import { startTcp } from './support/sick-server.ts';

const authority = new TestAuthority();
afterAll(() => authority[Symbol.dispose]());
const served = authority.issue();
const trust = ['--ca', authority.rootFile];
const ca = readFileSync(authority.rootFile, 'utf8');
// HAProxy looks for the key beside the certificate, as its configuration says.
symlinkSync(served.keyFile, `${served.certFile}.key`);

const text = {
  '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value: String(value) }) },
};

/** A hub, an echo, and an endpoint that never says a word, on one port. */
function startUpstream(port: number) {
  const hubs = createHubServer({ trustProxy: ['loopback'] });
  hubs.map('/app/hub', defineHub()({ methods: { echo: method([text], (_context, said) => said) } }), {
    limits: { keepAliveIntervalMs: 1_000, maxMessageBytes: 131_072 },
  });
  hubs.mapRaw(
    '/app/echo',
    { message: (connection, data) => void connection.send(data) },
    { limits: { pingIntervalMs: 1_000 } },
  );
  hubs.mapRaw('/app/silent', {}, { limits: { pingIntervalMs: 0 } });
  const server = createServer((_request, response) => response.writeHead(404).end());
  hubs.attach(server);
  return startTcp(server, () => hubs.close(), port);
}

const tls = `${served.certFile},${served.keyFile}`;

/** What the proxies are without us: as their own introductions have it, with TLS, and seconds in place of a minute. */
const untouched = {
  nginx: (port: number, upstream: number) =>
    `server { listen ${port} ssl; ssl_certificate ${served.certFile}; ssl_certificate_key ${served.keyFile};
     location / { proxy_pass http://127.0.0.1:${upstream}; } }`,
  nginxThatUpgrades: (port: number, upstream: number) =>
    `server { listen ${port} ssl; ssl_certificate ${served.certFile}; ssl_certificate_key ${served.keyFile}; location / { proxy_pass http://127.0.0.1:${upstream};
     proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; proxy_read_timeout 2s; } }`,
  haproxy: (port: number, upstream: number) =>
    `defaults
  mode http
  timeout connect 5s
  timeout client 2s
  timeout server 2s
frontend in
  bind 127.0.0.1:${port} ssl crt ${served.certFile}
  default_backend out
backend out
  server one 127.0.0.1:${upstream}
`,
  apache: (port: number, upstream: number) =>
    `Listen ${port}
<VirtualHost *:${port}>
  SSLEngine on
  SSLCertificateFile ${served.certFile}
  SSLCertificateKeyFile ${served.keyFile}
  ProxyPass / http://127.0.0.1:${upstream}/
</VirtualHost>`,
  apacheThatUpgrades: (port: number, upstream: number) =>
    `${untouched.apache(port, upstream).replace('/\n</V', '/ upgrade=websocket\n  Timeout 2\n</V')}`,
  caddy: (port: number, upstream: number) =>
    `https://chat.test:${port} {\n  tls ${served.certFile} ${served.keyFile}\n  reverse_proxy 127.0.0.1:${upstream}\n}`,
};

async function behind(
  program: keyof typeof programs,
  write: (port: number, upstream: number) => string | Promise<string>,
  use: (port: number, upstream: number) => Promise<void>,
) {
  const [port, upstreamPort] = [await freePort(), await freePort()];
  await using _proxy = await startProxy(programs[program], await write(port, upstreamPort), port);
  await use(port, upstreamPort);
}

async function generated(name: string, port: number, upstream: number): Promise<string> {
  const options = [
    '--upstream',
    `http://127.0.0.1:${upstream}`,
    '--path',
    '/app',
    '--server-name',
    'chat.test',
    '--port',
    `${port}`,
    '--tls',
    tls,
    '--idle',
    '60',
  ];
  const { exit, stdout, stderr } = await runCaptured(['proxy-config', name, ...options, '--lang', 'zh']);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  return stdout;
}

describe('a proxy as it comes', () => {
  it.each([
    ['nginx', 'upgrade-not-forwarded', 'proxy_set_header Upgrade $http_upgrade;'],
    ['apache', 'upgrade-not-forwarded', 'ProxyPass "/" "http://127.0.0.1:3000/" upgrade=websocket'],
  ] as const)('%s swallows upgrades, and the doctor says which line is missing', (name, code, line) =>
    behind(name, untouched[name], async (port, upstream) => {
      await using _server = await startUpstream(upstream);
      const told = await consult(`wss://chat.test:${port}/app/hub`, trust);
      expect(told.codes).toEqual([code]);
      expect(told.findings[0]?.configuration[0]?.lines).toContain(line);
    }),
  );

  it.each([
    ['nginx', 'nginxThatUpgrades', 'proxy_read_timeout 3600s;'],
    ['haproxy', 'haproxy', 'timeout tunnel 1h'],
    ['apache', 'apacheThatUpgrades', 'ProxyTimeout 3600'],
  ] as const)('%s cuts what is quiet, and the doctor says so', (name, configuration, line) =>
    behind(name, untouched[configuration], async (port, upstream) => {
      await using _server = await startUpstream(upstream);
      // HAProxy leaves no trace of itself in its answers.
      const told = await consult(`wss://chat.test:${port}/app/silent`, [
        ...trust,
        '--raw',
        '--listen',
        '0',
        '--idle',
        '6',
        '--proxy',
        name,
      ]);
      expect(told.codes).toEqual(['idle-cut']);
      expect(told.findings[0]?.seen.en).toMatch(/Cut after [1-4] s of silence .* Heartbeat to use: every 1 s/);
      expect(told.findings[0]?.configuration[0]?.lines).toContain(line);
    }),
  );

  it('caddy lets everything through by itself', () =>
    behind('caddy', untouched.caddy, async (port, upstream) => {
      await using _server = await startUpstream(upstream);
      expect((await consult(`wss://chat.test:${port}/app/hub`, trust)).findings).toEqual([]);
      expect(
        (await consult(`wss://chat.test:${port}/app/silent`, [...trust, '--listen', '0', '--idle', '4'])).findings,
      ).toEqual([]);
    }));

  it.each(['nginx', 'apache', 'caddy'] as const)(
    '%s answers for a server that is down, and the doctor can tell',
    (name) =>
      behind(name, untouched[name], async (port) => {
        expect((await consult(`wss://chat.test:${port}/app/hub`, trust)).codes).toEqual(['upstream-down']);
      }),
  );
});

describe.each(['nginx', 'haproxy', 'caddy', 'apache'] as const)('%s with the generated configuration', (name) => {
  const write = (port: number, upstream: number) => generated(name, port, upstream);

  it('has nothing wrong with it: hub, large messages, silence', () =>
    behind(name, write, async (port, upstream) => {
      await using _server = await startUpstream(upstream);
      const [hub, echo, silent] = await Promise.all([
        consult(`wss://chat.test:${port}/app/hub`, [...trust, '--message-bytes', '65536']),
        consult(`wss://chat.test:${port}/app/echo`, [...trust, '--echo', '--message-bytes', '65536']),
        consult(`wss://chat.test:${port}/app/silent`, [...trust, '--raw', '--listen', '0', '--idle', '4']),
      ]);
      expect([hub, echo, silent].map(({ findings }) => findings)).toEqual([[], [], []]);
    }));

  it('takes its path and what is below it, and nothing that only begins like it', () =>
    behind(name, write, async (port, upstream) => {
      const server = createServer((request, response) => response.end(`upstream: ${request.url}`));
      await using _server = await startTcp(server, async () => undefined, upstream);
      const told = async (path: string): Promise<boolean> =>
        (await readBody({ port, ca, path })) === `upstream: ${path}`;
      for (const path of ['/app', '/app/', '/app?id=1', '/app/hub/negotiate', '/app/hub?id=1'])
        expect([path, await told(path)]).toEqual([path, true]);
      for (const path of ['/', '/ap', '/apple', '/apple/hub', '/app2?id=1', '/x/app/hub'])
        expect([path, await told(path)]).toEqual([path, false]);
    }));

  it('carries the official client, and carries it again after the server was restarted', () =>
    behind(name, write, async (port, upstream) => {
      const server = await startUpstream(upstream);
      const connection = officialClient({ port, ca, path: '/app/hub' });
      const lost = new Promise<void>((resolve) => connection.onclose(() => resolve()));
      await connection.start();
      expect(await connection.invoke('echo', '你好'.repeat(10_000))).toBe('你好'.repeat(10_000));
      await server[Symbol.asyncDispose]();
      await lost;
      // Somebody asks while there is nobody: the proxy must not remember that for long.
      // HAProxy tries again for some seconds before it says so.
      const meanwhile = await consult(`wss://chat.test:${port}/app/hub`, [...trust, '--timeout', '9']);
      expect(meanwhile.codes).toEqual(['upstream-down']);
      await using _restarted = await startUpstream(upstream);
      await connection.start();
      expect(await connection.invoke('echo', 'again')).toBe('again');
      await connection.stop();
    }));

  it('holds neither server-sent events nor polls back', () =>
    behind(name, write, async (port, upstream) => {
      await using _server = await startUpstream(upstream);
      const address = { port, ca, path: '/app/hub' };
      expect(await echoOverEvents(address)).toContain('"result":"你好"');
      expect(await echoOverPolls(address)).toContain('"result":"你好"');
    }));
});
