import type { Text } from '@minihub/command-line';
import type { ConfigurationLines } from './finding.ts';
import { type FrontName, fronts, frontsOf } from './front.ts';
import type { Observations } from './observations.ts';

/** What can be mended by configuration of what stands in front. */
export type Ailment = 'upgrade' | 'idle' | 'chain' | 'sticky';

interface Remedy {
  readonly lines: readonly string[];
  readonly note?: Text;
}

const upgrade: Readonly<Partial<Record<FrontName, Remedy>>> = {
  nginx: {
    lines: [
      'proxy_http_version 1.1;',
      'proxy_set_header Upgrade $http_upgrade;',
      'proxy_set_header Connection "upgrade";',
    ],
    note: { en: 'in the location block of the endpoint', zh: '写在该接口的 location 块中' },
  },
  iis: {
    lines: [
      'Install-WindowsFeature Web-WebSockets',
      '%windir%\\system32\\inetsrv\\appcmd unlock config -section:system.webServer/webSocket',
      '<webSocket enabled="true" />',
    ],
    note: {
      en: 'PowerShell, command prompt, and system.webServer of web.config',
      zh: '依次为 PowerShell、命令提示符，以及 web.config 的 system.webServer',
    },
  },
  apache: {
    lines: ['a2enmod proxy proxy_http proxy_wstunnel', 'ProxyPass "/" "http://127.0.0.1:3000/" upgrade=websocket'],
    note: { en: 'upgrade= needs Apache 2.4.47 or later', zh: 'upgrade= 需要 Apache 2.4.47 或更高版本' },
  },
  haproxy: {
    lines: ['option http-server-close'],
    note: {
      en: 'and no "option httpclose", no http-request del-header of Upgrade or Connection in the way',
      zh: '并去掉 option httpclose，以及删除 Upgrade、Connection 头的规则',
    },
  },
  caddy: {
    lines: ['reverse_proxy 127.0.0.1:3000'],
    note: {
      en: 'forwards upgrades by itself: look for header_up -Upgrade or a handler before it',
      zh: '本身就会转发升级：检查是否有 header_up -Upgrade，或排在它前面的处理器',
    },
  },
  cloudflare: { lines: ['Network > WebSockets: On'] },
  edgeone: {
    lines: ['站点加速 > 网络优化 > WebSocket: 开启 (Network optimisation > WebSocket: on)'],
    note: { en: 'only HTTP/1.1, and 300 s at most without traffic', zh: '只支持 HTTP/1.1，无数据时最长 300 秒' },
  },
  aliyun: { lines: ['CDN/DCDN > WebSocket: 开启 (on)'] },
  alb: { lines: ['listener: HTTP or HTTPS; target group protocol version: HTTP1'] },
  envoy: { lines: ['upgrade_configs: [{ upgrade_type: websocket }]'] },
};

const idle: Readonly<Partial<Record<FrontName, Remedy>>> = {
  nginx: {
    lines: ['proxy_read_timeout 3600s;', 'proxy_send_timeout 3600s;'],
    note: { en: 'default: 60s', zh: '默认 60 秒' },
  },
  iis: {
    lines: ['appcmd set config -section:system.webServer/proxy /timeout:"01:00:00" /commit:apphost'],
    note: { en: 'ARR; default: 2 minutes', zh: 'ARR 的设置，默认 2 分钟' },
  },
  apache: { lines: ['ProxyTimeout 3600'], note: { en: 'default: the value of Timeout', zh: '默认取 Timeout 的值' } },
  haproxy: {
    lines: ['timeout tunnel 1h'],
    note: {
      en: 'without it: the shorter of timeout client and timeout server',
      zh: '未设置时取 timeout client 与 timeout server 中较短者',
    },
  },
  cloudflare: {
    lines: [],
    note: { en: 'fixed at about 100 s: a heartbeat is the only way', zh: '固定约 100 秒：只能靠心跳' },
  },
  edgeone: { lines: [], note: { en: 'at most 300 s: a heartbeat is the only way', zh: '最长 300 秒：只能靠心跳' } },
  alb: { lines: ['idle_timeout.timeout_seconds=4000'], note: { en: 'default: 60 s', zh: '默认 60 秒' } },
};

const chain: Readonly<Partial<Record<FrontName, Remedy>>> = {
  nginx: {
    lines: ['ssl_certificate /path/to/fullchain.pem;'],
    note: { en: 'first your certificate, then the intermediate', zh: '先放自己的证书，再放中间证书' },
  },
  apache: { lines: ['SSLCertificateFile /path/to/fullchain.pem'] },
  haproxy: { lines: ['bind :443 ssl crt /path/to/fullchain-and-key.pem'] },
  caddy: { lines: ['tls /path/to/fullchain.pem /path/to/key.pem'] },
  iis: { lines: ['certutil -addstore CA intermediate.cer'], note: { en: 'then restart the site', zh: '随后重启站点' } },
};

const sticky: Readonly<Partial<Record<FrontName, Remedy>>> = {
  nginx: { lines: ['upstream minihub { ip_hash; server 10.0.0.1:3000; server 10.0.0.2:3000; }'] },
  iis: { lines: ['ARR > Server Affinity > Client affinity: on'] },
  apache: { lines: ['ProxyPass "/" "balancer://minihub/" stickysession=ROUTEID'] },
  haproxy: { lines: ['balance source'] },
  caddy: { lines: ['lb_policy ip_hash'] },
  traefik: { lines: ['traefik.http.services.minihub.loadbalancer.sticky.cookie=true'] },
};

const remedies: Readonly<Record<Ailment, Readonly<Partial<Record<FrontName, Remedy>>>>> = {
  upgrade,
  idle,
  chain,
  sticky,
};

/** The lines that mend something in what was recognised in front of the endpoint. Nothing recognised: nginx, as most have it. */
export function linesFor(ailment: Ailment, seen: Observations): readonly ConfigurationLines[] {
  const recognised = frontsOf(seen);
  const names: readonly FrontName[] = recognised.length === 0 ? ['nginx'] : recognised;
  return names.flatMap((name) => {
    const remedy = remedies[ailment][name];
    return remedy === undefined ? [] : [{ product: fronts[name], ...remedy }];
  });
}
