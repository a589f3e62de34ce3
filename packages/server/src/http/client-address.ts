import { BlockList, isIP } from 'node:net';
import { serverError } from '../errors.ts';
import type { RequestHead } from './request-head.ts';

/**
 * The proxies whose `X-Forwarded-For` is believed: addresses (`10.1.2.3`), ranges (`10.0.0.0/8`, `fd00::/8`), and the
 * names `loopback` (this machine) and `private` (private networks, this machine's own included).
 * Anybody can write that header, so nobody else is believed.
 * @example trustProxy: ['loopback', '203.0.113.7']
 */
export type TrustProxy = readonly string[];

const named: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  private: [
    '127.0.0.0/8',
    '::1',
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '169.254.0.0/16',
    'fc00::/7',
    'fe80::/10',
  ],
};

/** Finds out from where a request comes. */
export class ClientAddress {
  readonly #trusted: BlockList | undefined;

  /** @throws MH_SERVER_INVALID_OPTION */
  constructor(trustProxy: TrustProxy = []) {
    if (trustProxy.length === 0) return;
    this.#trusted = new BlockList();
    for (const entry of trustProxy.flatMap((name) => (Object.hasOwn(named, name) ? (named[name] ?? []) : [name]))) {
      addTo(this.#trusted, entry);
    }
  }

  /**
   * The address: of the TCP peer, or, while that is a trusted proxy, what it says before itself. The list in the
   * header grows at its right end, so it is read from there, up to the first that is not trusted.
   */
  of(request: RequestHead): string | undefined {
    const peer = request.socket.remoteAddress;
    let address = peer === undefined ? undefined : plain(peer);
    if (address === undefined || this.#trusted === undefined) return address;
    const forwarded = headerOf(request).split(',');
    while (forwarded.length > 0 && this.#isTrusted(address)) {
      const before = parseForwarded(forwarded.pop() ?? '');
      // Nonsense hides whatever is to the left of it.
      if (before === undefined) break;
      address = before;
    }
    return address;
  }

  #isTrusted(address: string): boolean {
    return this.#trusted?.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') ?? false;
  }
}

/** What rates and counts go by: an IPv4 address, or the network (/64) of an IPv6 address, which is one subscriber's. */
export function addressKey(address: string | undefined): string | undefined {
  if (address === undefined || !address.includes(':') || isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  // An IPv4 address at the end stands for two groups.
  const missing = 8 - left.length - right.length - (right.at(-1)?.includes('.') ? 1 : 0);
  const groups = tail === undefined ? left : [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

function headerOf(request: RequestHead): string {
  const header = request.headers['x-forwarded-for'];
  return Array.isArray(header) ? header.join(',') : (header ?? '');
}

/** An entry of `X-Forwarded-For`: an address, perhaps with a port (`1.2.3.4:56`, `[2001:db8::1]:56`). */
function parseForwarded(entry: string): string | undefined {
  let text = entry.trim();
  const bracket = text.startsWith('[') ? text.indexOf(']') : -1;
  if (bracket > 0) text = text.slice(1, bracket);
  else if (text.includes('.') && text.split(':').length === 2) text = text.slice(0, text.indexOf(':'));
  return isIP(text) === 0 ? undefined : plain(text);
}

/** IPv4 as IPv4, also where a socket for both kinds shows it as IPv6. */
function plain(address: string): string {
  if (!address.startsWith('::')) return address;
  const mapped = address.toLowerCase().startsWith('::ffff:') ? address.slice(7) : '';
  return isIP(mapped) === 4 ? mapped : address;
}

function addTo(list: BlockList, entry: string): void {
  const [address = '', bits, more] = entry.split('/');
  const family = isIP(address);
  const prefix = bits === undefined ? undefined : Number(bits);
  const isRange = prefix === undefined || (/^\d{1,3}$/.test(bits ?? '') && prefix <= (family === 6 ? 128 : 32));
  if (family === 0 || more !== undefined || !isRange) {
    throw serverError('MH_SERVER_INVALID_OPTION', `'trustProxy' has '${entry}', which is no address, range or name.`);
  }
  const type = family === 6 ? 'ipv6' : 'ipv4';
  if (prefix === undefined) list.addAddress(address, type);
  else list.addSubnet(address, prefix, type);
}
