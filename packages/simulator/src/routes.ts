import { SimulatorError } from './errors.ts';

/** Where addresses really lead, by what they begin with: `{ 'wss://example.com': 'ws://127.0.0.1:8080' }`. */
export type Routes = { readonly [prefix: string]: string };

const schemes: { readonly [scheme: string]: 'socket' | 'request' } = {
  ws: 'socket',
  wss: 'socket',
  http: 'request',
  https: 'request',
};

/** Where an address really leads. A prefix ends where a part of the address does: a host is never half a host. */
export function routed(routes: Routes, url: string): string {
  for (const [prefix, target] of Object.entries(routes)) {
    if (!url.startsWith(prefix)) continue;
    const rest = url.slice(prefix.length);
    if (rest === '' || /^[/?#]/.test(rest) || /[/?#=&]$/.test(prefix)) return target + rest;
  }
  return url;
}

function kindOf(address: string): 'socket' | 'request' | 'host' | undefined {
  const scheme = /^([a-z][a-z+.-]*):\/\//i.exec(address)?.[1];
  if (scheme !== undefined) return schemes[scheme.toLowerCase()];
  return /^(\[[\da-f:.]+\]|[^\s/:]+)(:\d+)?$/i.test(address) ? 'host' : undefined;
}

/**
 * Reads a route as it is written on a command line: `wss://example.com=ws://127.0.0.1:8080` for one kind of address, or
 * `example.com=127.0.0.1:8080` for all that begin with that host, which then leads to a server without TLS.
 * @throws SimulatorError MH_SIM_OPTION
 */
export function parseRoute(text: string | undefined): Routes {
  const [from = '', to = ''] = (text ?? '').split(/=(.*)/s, 2).map((part) => part.trim().replace(/\/+$/, ''));
  const kind = kindOf(from);
  if (kind === undefined || kind !== kindOf(to)) {
    const [short, long] = ['example.com=127.0.0.1:3000', 'wss://example.com=ws://127.0.0.1:3000'];
    throw new SimulatorError('MH_SIM_OPTION', {
      en: `--route wants FROM=TO, not ${text || 'nothing'}. For example: --route ${short}, or --route ${long}`,
      zh: `--route 应为 FROM=TO，而不是 ${text || '空的'}。例如：--route ${short}，或 --route ${long}`,
    });
  }
  if (kind !== 'host') return { [from]: to };
  return {
    [`wss://${from}`]: `ws://${to}`,
    [`https://${from}`]: `http://${to}`,
    [`ws://${from}`]: `ws://${to}`,
    [`http://${from}`]: `http://${to}`,
  };
}
