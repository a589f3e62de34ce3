import { asPattern, needsTls, type ProxySettings, remark } from './settings.ts';

/** A file for `conf.d` of nginx. */
export function nginxConfiguration(settings: ProxySettings): string {
  const { upstream, path, idleS, serverName, port, tls } = settings;
  const say = (en: string, zh: string): string => remark(settings, { en, zh });
  const ssl = tls === undefined ? '' : ' ssl';
  const certificate =
    tls === undefined
      ? [`    ${remark(settings, needsTls)}`]
      : [
          `    ${say('The full chain: your certificate, then the intermediate. Android fetches nothing by itself.', '完整证书链：自己的证书在前，中间证书在后。安卓不会自行下载。')}`,
          `    ssl_certificate     "${tls.certificate}";`,
          `    ssl_certificate_key "${tls.key}";`,
          `    ${say('Mini programs need TLS 1.2 or later.', '小程序要求 TLS 1.2 以上。')}`,
          '    ssl_protocols TLSv1.2 TLSv1.3;',
        ];
  const what =
    path === '/'
      ? say('Everything that is asked of this name.', '这个域名的所有请求。')
      : say(
          `${path} and what is below it. Without the pattern, ${path}2 would go there too.`,
          `${path} 及其之下。若不用正则，${path}2 也会被转发。`,
        );
  const lines = [
    say(
      '/etc/nginx/conf.d/minihub.conf: then nginx -t && nginx -s reload',
      '/etc/nginx/conf.d/minihub.conf：保存后执行 nginx -t && nginx -s reload',
    ),
    '',
    say(
      'An upgrade is passed on as one; everything else is an ordinary request.',
      '升级请求按升级转发，其余按普通请求转发。',
    ),
    'map $http_upgrade $minihub_connection {',
    '    default upgrade;',
    "    ''      close;",
    '}',
    '',
    'server {',
    `    listen ${port}${ssl};`,
    `    ${say('iPhones on mobile data often come by IPv6.', '蜂窝网络下的 iPhone 常走 IPv6。')}`,
    `    listen [::]:${port}${ssl};`,
    `    server_name ${serverName};`,
    '',
    ...certificate,
    '',
    `    ${what}`,
    `    location ${path === '/' ? path : `~ ^${asPattern(path)}(/|$)`} {`,
    `        proxy_pass http://${upstream.host}:${upstream.port};`,
    '',
    `        ${say('WebSockets: without these three the answer is not 101, and phones say "Invalid HTTP status".', 'WebSocket：缺少这三行就得不到 101，手机会报 “Invalid HTTP status”。')}`,
    '        proxy_http_version 1.1;',
    '        proxy_set_header Upgrade $http_upgrade;',
    '        proxy_set_header Connection $minihub_connection;',
    '',
    `        ${say('Who asks, and for which name: the server compares Origin with Host.', '客户端与域名：服务器会比较 Origin 与 Host。')}`,
    '        proxy_set_header Host $http_host;',
    '        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
    '        proxy_set_header X-Forwarded-Proto $scheme;',
    '',
    `        ${say('Silence allowed on a connection; the default of 60s cuts quiet phones.', '允许的空闲时间；默认 60 秒会切断安静的手机。')}`,
    `        proxy_read_timeout ${idleS}s;`,
    `        proxy_send_timeout ${idleS}s;`,
    '',
    `        ${say('Server-sent events and long polling: every byte at once.', 'SSE 与长轮询：逐字节立即转发。')}`,
    '        proxy_buffering off;',
    '    }',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}
