import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runCaptured } from './support/doctor.ts';
import { readXml, type XmlElement } from './support/xml.ts';
import { readYaml } from './support/yaml.ts';

async function print(...args: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await runCaptured(['proxy-config', ...args]);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  return stdout;
}

/** What elements and attributes mean what they should, from Microsoft's pages and the modules' schemas. */
const schema: Readonly<
  Record<string, { readonly attributes: readonly string[]; readonly children: readonly string[] }>
> = {
  configuration: { attributes: [], children: ['system.webServer'] },
  'system.webServer': {
    attributes: [],
    children: ['webSocket', 'rewrite', 'urlCompression', 'handlers', 'httpPlatform'],
  },
  webSocket: { attributes: ['enabled', 'receiveBufferLimit', 'pingInterval'], children: [] },
  rewrite: { attributes: [], children: ['rules'] },
  rules: { attributes: [], children: ['rule'] },
  rule: { attributes: ['name', 'stopProcessing'], children: ['match', 'serverVariables', 'action'] },
  match: { attributes: ['url'], children: [] },
  serverVariables: { attributes: [], children: ['set'] },
  set: { attributes: ['name', 'value'], children: [] },
  action: { attributes: ['type', 'url'], children: [] },
  urlCompression: { attributes: ['doStaticCompression', 'doDynamicCompression'], children: [] },
  handlers: { attributes: [], children: ['add'] },
  add: { attributes: ['name', 'path', 'verb', 'modules', 'resourceType'], children: [] },
  httpPlatform: {
    attributes: ['processPath', 'arguments', 'requestTimeout', 'startupTimeLimit', 'stdoutLogEnabled', 'stdoutLogFile'],
    children: ['environmentVariables'],
  },
  environmentVariables: { attributes: [], children: ['environmentVariable'] },
  environmentVariable: { attributes: ['name', 'value'], children: [] },
};

function holdToSchema({ name, attributes, children }: XmlElement): void {
  const rule = schema[name];
  expect(rule, name).toBeDefined();
  for (const attribute of attributes.keys()) expect(rule?.attributes, name).toContain(attribute);
  for (const child of children) {
    expect(rule?.children, name).toContain(child.name);
    holdToSchema(child);
  }
}

function elements(element: XmlElement, name: string): readonly XmlElement[] {
  return [...(element.name === name ? [element] : []), ...element.children.flatMap((child) => elements(child, name))];
}

describe('web.config', () => {
  it.each(['arr', 'httpplatform'])(
    'in mode %s is well-formed, fits the schema, and switches WebSocket on',
    async (mode) => {
      for (const lang of ['en', 'zh']) {
        const root = readXml(await print('iis', '--mode', mode, '--path', '/hub', '--tls', 'c,k', '--lang', lang));
        holdToSchema(root);
        expect(elements(root, 'webSocket').map(({ attributes }) => attributes.get('enabled'))).toEqual(['true']);
      }
    },
  );

  it('rewrites what is below the path to the server, and nothing else', async () => {
    const root = readXml(await print('iis', '--path', '/app/hub', '--upstream', 'http://127.0.0.1:4000'));
    const [match] = elements(root, 'match');
    const pattern = new RegExp(match?.attributes.get('url') ?? '');
    expect(['app/hub', 'app/hub/negotiate'].map((path) => pattern.test(path))).toEqual([true, true]);
    expect(['app/hubble', 'other', ''].map((path) => pattern.test(path))).toEqual([false, false, false]);
    expect(elements(root, 'action')[0]?.attributes.get('url')).toBe('http://127.0.0.1:4000/{R:0}');
  });

  it('asks for whole minutes of HttpPlatformHandler, within its range', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 86_400 }), async (idle) => {
        const root = readXml(await print('iis', '--mode', 'httpplatform', '--idle', `${idle}`));
        const text = elements(root, 'httpPlatform')[0]?.attributes.get('requestTimeout') ?? '';
        const [, days = '0', hours, minutes, seconds] = /^(?:(\d+)\.)?(\d\d):(\d\d):(\d\d)$/.exec(text) ?? [];
        const total = Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
        expect(total % 60).toBe(0);
        expect(total).toBeGreaterThanOrEqual(idle);
        expect(total).toBeLessThan(idle + 60);
      }),
      { numRuns: 40 },
    );
  });

  it('names the commands of the machine, with their values', async () => {
    const text = await print('iis', '--idle', '7200');
    for (const command of [
      'Install-WindowsFeature Web-WebSockets',
      'appcmd unlock config -section:system.webServer/webSocket',
      '/timeout:"02:00:00"',
      'iisreset',
    ])
      expect(text).toContain(command);
  });
});

describe('the file of Traefik', () => {
  it.each(['en', 'zh'])('in %s is YAML in which every reference leads somewhere', async (lang) => {
    const text = await print(
      'traefik',
      '--path',
      '/hub',
      '--server-name',
      'chat.example.com',
      '--tls',
      '/c.pem,/k.pem',
      '--idle',
      '600',
      '--lang',
      lang,
    );
    expect(readYaml(text)).toEqual({
      http: {
        routers: {
          minihub: {
            entryPoints: '[minihub]',
            rule: 'Host(`chat.example.com`) && (Path(`/hub`) || PathPrefix(`/hub/`))',
            service: 'minihub',
            tls: { options: 'minihub' },
          },
        },
        services: {
          minihub: {
            loadBalancer: {
              passHostHeader: 'true',
              servers: [{ url: 'http://127.0.0.1:3000' }],
              sticky: { cookie: { name: 'minihub', secure: 'true', httpOnly: 'true' } },
              responseForwarding: { flushInterval: '1ms' },
            },
          },
        },
      },
      tls: {
        certificates: [{ certFile: '/c.pem', keyFile: '/k.pem' }],
        options: { minihub: { minVersion: 'VersionTLS12', alpnProtocols: '[http/1.1]' } },
      },
    });
    expect(text).toContain('#           idleTimeout: 600s');
  });

  it('asks for no certificate that it has not', async () => {
    expect(readYaml(await print('traefik'))).toEqual({ http: expect.not.objectContaining({ tls: expect.anything() }) });
  });
});

describe('the file of nginx', () => {
  it('takes the dots of a path for dots', async () => {
    const text = await print('nginx', '--path', '/app.v1/hub');
    const pattern = new RegExp(/location ~ (\S+) \{/.exec(text)?.[1] ?? 'no location');
    expect(['/app.v1/hub', '/app.v1/hub/negotiate'].map((path) => pattern.test(path))).toEqual([true, true]);
    const others = ['/app_v1/hub', '/app.v1/hubble', '/x/app.v1/hub', '/app.v1'];
    expect(others.map((path) => pattern.test(path))).toEqual([false, false, false, false]);
  });
});

describe('the Caddyfile', () => {
  it('leaves certificates to Caddy when they are automatic, and to nobody else', async () => {
    const text = await print('caddy', '--tls', 'auto', '--server-name', 'chat.example.com');
    expect(text).toMatch(/^chat\.example\.com \{$/m);
    expect(text).not.toMatch(/^\s*tls /m);
    expect(text).not.toContain('Without TLS');
    const { exit, stderr } = await runCaptured(['proxy-config', 'nginx', '--tls', 'auto']);
    expect(exit).toBe(2);
    expect(stderr).toContain('--tls auto is for caddy');
  });
});

describe('every configuration', () => {
  const names = ['nginx', 'iis', 'caddy', 'haproxy', 'apache', 'traefik'];
  it.each(names)('for %s differs between languages in comments only, and warns where there is no TLS', async (name) => {
    const comment = name === 'iis' ? /<!--[\s\S]*?-->/g : /#.*$/gm;
    const bare = async (lang: string) =>
      (await print(name, '--lang', lang)).replaceAll(comment, '').replaceAll(/\s+/g, ' ');
    expect(await bare('en')).toBe(await bare('zh'));
    expect(await print(name)).toContain('Without TLS no phone connects');
    expect(await print(name, '--lang', 'zh')).toContain('没有 TLS 手机无法连接');
  });

  it('holds only settings of which every character was checked', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('--path', '--server-name', '--upstream', '--tls'),
        fc.string(),
        async (option, value) => {
          const { exit, stdout } = await runCaptured(['proxy-config', 'nginx', `${option}=${value}`]);
          if (exit === 2) return;
          // Whatever was let in cannot have ended a directive, a block or a string.
          const plain = (await print('nginx', '--tls', 'c,k')).replaceAll(/[^{};"\n]/g, '');
          const shape = stdout.replaceAll(/[^{};"\n]/g, '');
          expect([plain, (await print('nginx')).replaceAll(/[^{};"\n]/g, '')]).toContain(shape);
        },
      ),
    );
  });
});
