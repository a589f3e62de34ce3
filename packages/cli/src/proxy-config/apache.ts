import { needsTls, type ProxySettings, remark } from './settings.ts';

/** A site for `sites-available` of Apache. */
export function apacheConfiguration(settings: ProxySettings): string {
  const { upstream, path, idleS, serverName, port, tls } = settings;
  const say = (en: string, zh: string): string => remark(settings, { en, zh });
  const target = `http://${upstream.host}:${upstream.port}${path}`;
  const listen = port === 80 || port === 443 ? [] : [`Listen ${port}`, ''];
  const certificate =
    tls === undefined
      ? [`    ${remark(settings, needsTls)}`]
      : [
          '    SSLEngine on',
          `    ${say('The full chain: your certificate, then the intermediate.', '完整证书链：自己的证书在前，中间证书在后。')}`,
          `    SSLCertificateFile "${tls.certificate}"`,
          `    SSLCertificateKeyFile "${tls.key}"`,
          '    SSLProtocol -all +TLSv1.2 +TLSv1.3',
          '    RequestHeader set X-Forwarded-Proto "https"',
        ];
  const lines = [
    say(
      '/etc/apache2/sites-available/minihub.conf: Apache 2.4.47 or later',
      '/etc/apache2/sites-available/minihub.conf：需要 Apache 2.4.47 或更高版本',
    ),
    say(
      'a2enmod ssl headers proxy proxy_http proxy_wstunnel && a2ensite minihub && apachectl configtest && systemctl reload apache2',
      '依次执行 a2enmod ssl headers proxy proxy_http proxy_wstunnel && a2ensite minihub && apachectl configtest && systemctl reload apache2',
    ),
    '',
    ...listen,
    `<VirtualHost *:${port}>`,
    `    ServerName ${serverName}`,
    '',
    ...certificate,
    '',
    `    ${say('The server compares Origin with Host: leave Host as it came.', '服务器会比较 Origin 与 Host：保持 Host 不变。')}`,
    '    ProxyPreserveHost On',
    '',
    `    ${say('upgrade: WebSockets. timeout: the silence allowed, in seconds. flushpackets: server-sent events at once. retry: ask again as soon as the server is back.', 'upgrade：转发 WebSocket。timeout：允许的空闲秒数。flushpackets：立即发出 SSE。retry：后端恢复后立即重试。')}`,
    `    ProxyPass "${path}" "${target}" upgrade=websocket timeout=${idleS} flushpackets=on retry=0`,
    `    ProxyPassReverse "${path}" "${target}"`,
    `    ${say('The idle time of an upgraded connection follows this.', '升级后的连接按此值计算空闲时间。')}`,
    `    ProxyTimeout ${idleS}`,
    '</VirtualHost>',
  ];
  return `${lines.join('\n')}\n`;
}
