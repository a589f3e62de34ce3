import { needsTls, type ProxySettings, remark } from './settings.ts';

/** A whole haproxy.cfg. */
export function haproxyConfiguration(settings: ProxySettings): string {
  const { upstream, path, idleS, serverName, port, tls } = settings;
  const say = (en: string, zh: string): string => remark(settings, { en, zh });
  const bind =
    tls === undefined
      ? [`    ${remark(settings, needsTls)}`, `    bind :::${port} v4v6`]
      : [
          `    ${say(`The full chain in ${tls.certificate}; HAProxy looks for the key in the same file, or in ${tls.certificate}.key: ln -s ${tls.key} ${tls.certificate}.key`, `完整证书链放在 ${tls.certificate}；HAProxy 在同一文件或 ${tls.certificate}.key 中寻找私钥：ln -s ${tls.key} ${tls.certificate}.key`)}`,
          `    ${say('HTTP/1.1 only: what phones open WebSockets with.', '只用 HTTP/1.1：手机的 WebSocket 使用它。')}`,
          `    bind :::${port} v4v6 ssl crt "${tls.certificate}" alpn http/1.1 ssl-min-ver TLSv1.2`,
        ];
  const lines = [
    say(
      '/etc/haproxy/haproxy.cfg: haproxy -c -f /etc/haproxy/haproxy.cfg && systemctl reload haproxy',
      '/etc/haproxy/haproxy.cfg：先 haproxy -c -f /etc/haproxy/haproxy.cfg 检查，再 systemctl reload haproxy',
    ),
    'defaults',
    '    mode http',
    '    option forwardfor',
    `    ${say('Small writes leave at once: server-sent events.', '小数据立即发出：SSE。')}`,
    '    option http-no-delay',
    '    timeout connect 5s',
    '    timeout http-request 10s',
    `    ${say('Longer than a poll of long polling, which hangs up to 90 s.', '须长于一次长轮询（最长 90 秒）。')}`,
    '    timeout client 120s',
    '    timeout server 120s',
    `    ${say('Silence allowed on a WebSocket. Without it the two above count, and quiet phones are cut.', 'WebSocket 允许的空闲时间。没有它就按上面两项计算，安静的手机会被切断。')}`,
    `    timeout tunnel ${idleS}s`,
    '',
    'frontend minihub_in',
    ...bind,
    `    acl minihub_host hdr_dom(host) -i ${serverName}`,
    ...(path === '/' ? [] : [`    acl minihub_path path ${path}`]),
    `    acl minihub_path path_beg ${path === '/' ? path : `${path}/`}`,
    '    http-request set-header X-Forwarded-Proto https if { ssl_fc }',
    '    use_backend minihub if minihub_host minihub_path',
    '',
    'backend minihub',
    `    server minihub1 ${upstream.host}:${upstream.port}`,
  ];
  return `${lines.join('\n')}\n`;
}
