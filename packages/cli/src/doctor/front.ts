import type { HttpAnswer, Observations } from './observations.ts';

/** What may stand in front of an endpoint. */
export const fronts = {
  nginx: 'nginx',
  iis: 'IIS',
  apache: 'Apache',
  haproxy: 'HAProxy',
  caddy: 'Caddy',
  traefik: 'Traefik',
  cloudflare: 'Cloudflare',
  edgeone: 'Tencent EdgeOne',
  aliyun: 'Aliyun',
  cloudfront: 'Amazon CloudFront',
  alb: 'AWS load balancer',
  envoy: 'Envoy',
  tcb: 'WeChat cloud hosting (微信云托管)',
} as const;

/** The name of one of {@link fronts}. */
export type FrontName = keyof typeof fronts;

interface Sign {
  readonly front: FrontName;
  readonly header?: string;
  readonly value?: RegExp;
  readonly body?: RegExp;
}

// From the outermost to the innermost: what a CDN says about itself comes before what the server behind it says.
const signs: readonly Sign[] = [
  { front: 'cloudflare', header: 'cf-ray' },
  { front: 'cloudflare', header: 'server', value: /cloudflare/i },
  { front: 'edgeone', header: 'eo-log-uuid' },
  { front: 'edgeone', header: 'eo-cache-status' },
  { front: 'edgeone', header: 'server', value: /edgeone/i },
  { front: 'cloudfront', header: 'x-amz-cf-id' },
  { front: 'aliyun', header: 'eagleid' },
  { front: 'aliyun', header: 'server', value: /tengine/i },
  { front: 'tcb', header: 'x-cloudbase-request-id' },
  { front: 'tcb', header: 'x-cloudbase-upstream-status-code' },
  { front: 'alb', header: 'server', value: /awselb/i },
  { front: 'envoy', header: 'server', value: /envoy|istio/i },
  { front: 'nginx', header: 'server', value: /nginx|openresty/i },
  { front: 'iis', header: 'server', value: /Microsoft-IIS/i },
  { front: 'iis', header: 'x-powered-by', value: /ARR\// },
  { front: 'apache', header: 'server', value: /^Apache/i },
  { front: 'haproxy', header: 'server', value: /haproxy/i },
  { front: 'caddy', header: 'server', value: /caddy/i },
  { front: 'caddy', header: 'via', value: /caddy/i },
  { front: 'traefik', header: 'server', value: /traefik/i },
  { front: 'nginx', body: /<center>(nginx|openresty)/i },
  {
    front: 'haproxy',
    body: /<h1>50[234] [^<]*<\/h1>\s*(No server is available|The server returned an invalid|The server didn't respond)/i,
  },
  { front: 'apache', body: /<address>Apache/i },
];

function shows({ header, value, body }: Sign, answer: HttpAnswer): boolean {
  if (body !== undefined) return body.test(answer.body);
  const field = answer.headers.get(header ?? '');
  return field !== undefined && (value === undefined || value.test(field));
}

/** What was recognised in front of the endpoint, outermost first; what the user says comes first of all. */
export function frontsOf(seen: Observations): readonly FrontName[] {
  const answers = [seen.upgrade, seen.plain, seen.negotiate].flatMap((one) =>
    one?.answer === undefined ? [] : [one.answer],
  );
  const recognised = signs.filter((sign) => answers.some((answer) => shows(sign, answer))).map(({ front }) => front);
  const said = Object.keys(fronts).filter((name): name is FrontName => name === seen.target.proxy);
  return [...new Set([...said, ...recognised])];
}
