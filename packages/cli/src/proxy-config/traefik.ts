import { needsTls, type ProxySettings, remark } from './settings.ts';

/** A dynamic configuration for Traefik's file provider, with the static part it needs in its head. */
export function traefikConfiguration(settings: ProxySettings): string {
  const { upstream, path, idleS, serverName, port, tls } = settings;
  const say = (en: string, zh: string): string => remark(settings, { en, zh });
  const below = path === '/' ? '' : ` && (Path(\`${path}\`) || PathPrefix(\`${path}/\`))`;
  const rule = `Host(\`${serverName}\`)${below}`;
  const certificate =
    tls === undefined
      ? [remark(settings, needsTls)]
      : ['tls:', '  certificates:', `    - certFile: "${tls.certificate}"`, `      keyFile: "${tls.key}"`];
  const lines = [
    say(
      '/etc/traefik/dynamic/minihub.yml. The static configuration (traefik.yml) needs:',
      '/etc/traefik/dynamic/minihub.yml。静态配置（traefik.yml）需要：',
    ),
    '#   entryPoints:',
    '#     minihub:',
    `#       address: ":${port}"`,
    '#       transport:',
    '#         respondingTimeouts:',
    `#           idleTimeout: ${Math.max(180, idleS)}s`,
    '#   providers:',
    '#     file:',
    '#       directory: /etc/traefik/dynamic',
    '',
    'http:',
    '  routers:',
    '    minihub:',
    '      entryPoints: [minihub]',
    `      rule: "${rule}"`,
    '      service: minihub',
    ...(tls === undefined ? [] : ['      tls:', '        options: minihub']),
    '  services:',
    '    minihub:',
    '      loadBalancer:',
    `        ${say('The server compares Origin with Host: leave Host as it came.', '服务器会比较 Origin 与 Host：保持 Host 不变。')}`,
    '        passHostHeader: true',
    `        ${say('Upgrades are passed on by themselves, and stay open in silence.', '会自动转发升级请求，升级后的连接不受空闲限制。')}`,
    '        servers:',
    `          - url: "http://${upstream.host}:${upstream.port}"`,
    `        ${say('More than one server: they must be sticky, or clients skip negotiation.', '多台服务器时必须会话保持，或让客户端跳过协商。')}`,
    '        sticky:',
    '          cookie:',
    '            name: minihub',
    '            secure: true',
    '            httpOnly: true',
    `        ${say('Long polling: every byte at once (server-sent events always are).', '长轮询：逐字节立即转发（SSE 本就如此）。')}`,
    '        responseForwarding:',
    '          flushInterval: 1ms',
    '',
    ...certificate,
    ...(tls === undefined
      ? []
      : [
          '  options:',
          '    minihub:',
          `      ${say('Mini programs need TLS 1.2 or later.', '小程序要求 TLS 1.2 以上。')}`,
          '      minVersion: VersionTLS12',
          '      alpnProtocols: [http/1.1]',
        ]),
  ];
  return `${lines.join('\n')}\n`;
}
