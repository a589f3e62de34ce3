import { needsTls, type ProxySettings, remark } from './settings.ts';

/** A site of a Caddyfile. */
export function caddyConfiguration(settings: ProxySettings): string {
  const { upstream, path, serverName, port, tls, automaticTls } = settings;
  const say = (en: string, zh: string): string => remark(settings, { en, zh });
  const secure = automaticTls || tls !== undefined;
  const site = secure && port === 443 ? serverName : `${secure ? 'https' : 'http'}://${serverName}:${port}`;
  const automatic = say(
    `Caddy fetches and renews the certificate by itself; ${serverName} must lead here, and ports 80 and 443 be open.`,
    `Caddy 会自动申请并续期证书；${serverName} 必须解析到本机，且放行 80 与 443 端口。`,
  );
  const certificate =
    tls === undefined
      ? [`    ${automaticTls ? automatic : remark(settings, needsTls)}`]
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
