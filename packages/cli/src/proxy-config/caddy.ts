import { needsTls, type ProxySettings, remark } from './settings.ts';

/** A site of a Caddyfile. */
export function caddyConfiguration(settings: ProxySettings): string {
  const { upstream, path, serverName, port, tls } = settings;
  const say = (en: string, zh: string): string => remark(settings, { en, zh });
  const isUsual = tls === undefined || port === 443;
  const site = isUsual && port === 443 ? serverName : `${tls === undefined ? 'http' : 'https'}://${serverName}:${port}`;
  const certificate =
    tls === undefined
      ? [
          `    ${remark(settings, needsTls)}`,
          `    ${say(`Caddy fetches a certificate by itself when the address is just ${serverName} and the name leads here.`, `若地址只写 ${serverName} 且域名解析到本机，Caddy 会自动申请证书。`)}`,
        ]
      : [`    tls "${tls.certificate}" "${tls.key}"`];
  const matcher = path === '/' ? '/*' : `@minihub`;
  const lines = [
    say(
      '/etc/caddy/Caddyfile: caddy validate --config /etc/caddy/Caddyfile && systemctl reload caddy',
      '/etc/caddy/Caddyfile：先 caddy validate --config /etc/caddy/Caddyfile 检查，再 systemctl reload caddy',
    ),
    `${site} {`,
    ...certificate,
    ...(path === '/' ? [] : [`    @minihub path ${path} ${path}/*`]),
    `    ${say('Upgrades are passed on by themselves, and no silence is too long: --idle has nothing to set.', '会自动转发升级请求，且不限空闲时间：无需设置 --idle。')}`,
    `    reverse_proxy ${matcher} ${upstream.host}:${upstream.port} {`,
    `        ${say('Server-sent events and long polling: every byte at once.', 'SSE 与长轮询：逐字节立即转发。')}`,
    '        flush_interval -1',
    '    }',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}
