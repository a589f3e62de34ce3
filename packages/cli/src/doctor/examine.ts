import { isIP } from 'node:net';
import type { DoctorLimits } from './defaults.ts';
import { isOpen, type MessagesSeen, type Observations, type Target } from './observations.ts';
import { type Lookup, lookAtAddresses } from './probes/addresses.ts';
import { type ConversationOptions, converse } from './probes/conversation.ts';
import { exchange, type HttpRequest, shakeHands } from './probes/exchange.ts';
import { lookAtIdle, lookAtMessages, lookForPings } from './probes/messages.ts';
import { negotiate, tryToConnect } from './probes/negotiate.ts';
import { type HostAddress, type Route, reasonOf } from './probes/route.ts';
import { lookAtTls } from './probes/tls.ts';
import { reasons } from './reason.ts';
import type { Place } from './target.ts';

/** What to look at, and how. */
export interface Examination {
  readonly place: Place;
  readonly limits: DoctorLimits;
  /** `detect` asks the endpoint whether it negotiates. */
  readonly kind: 'hub' | 'raw' | 'detect';
  /** Whether a raw endpoint sends every message back, so that messages may be sent to it. */
  readonly echoes: boolean;
  readonly subprotocol?: string;
  readonly token?: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly appId: string;
  readonly proxy?: string;
  readonly domains: readonly string[];
  readonly roots: readonly string[];
  readonly lookup: Lookup;
  readonly nowMs: number;
  /** Told what is being looked at. */
  readonly onStep: (step: Step) => void;
}

/** What the doctor is at. */
export type Step = 'addresses' | 'tls' | 'handshake' | 'hub' | 'messages' | 'waiting';

/** The Referer that WeChat's tools send; on phones it has the version in place of `devtools`. @see mini-program.md 1.5 */
function refererOf(appId: string): string {
  return `https://servicewechat.com/${appId}/devtools/page-frame.html`;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Everything that one examination has in hand while it goes on. */
interface Rounds {
  readonly examination: Examination;
  readonly route: Route;
  /** What a phone would send beside the handshake. */
  readonly headers: HttpRequest['headers'];
  readonly seen: Mutable<Observations>;
}

async function addressesOf({ place, lookup }: Examination): Promise<readonly HostAddress[]> {
  const family = isIP(place.host);
  if (family !== 0) return [{ address: place.host, family: family === 6 ? 6 : 4 }];
  return lookup(place.host);
}

function isTrusted({ target, tls }: Observations): boolean {
  if (!target.secure) return true;
  return tls !== undefined && tls.error === undefined && tls.chainError === undefined && tls.nameMatches === true;
}

async function lookAtHandshakes({ examination, route, headers, seen }: Rounds): Promise<void> {
  const { path } = examination.place;
  const withoutReferer = headers.filter(([name]) => name !== 'Referer');
  seen.plain = await exchange(route, { method: 'GET', path, headers });
  seen.upgrade = await shakeHands(route, path, headers);
  if (isOpen(seen.upgrade)) {
    const compression = ['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits'] as const;
    seen.withCompression = await shakeHands(route, path, [...headers, compression]);
    const { subprotocol } = examination;
    if (subprotocol !== undefined)
      seen.withSubprotocol = await shakeHands(route, path, [...headers, ['Sec-WebSocket-Protocol', subprotocol]]);
    return;
  }
  seen.withoutReferer = await shakeHands(route, path, withoutReferer);
  seen.withOrigin = await shakeHands(route, path, [...headers, ['Origin', `https://${examination.place.host}`]]);
}

async function lookAtHub(rounds: Rounds): Promise<void> {
  const { examination, route, headers, seen } = rounds;
  const { path } = examination.place;
  seen.negotiate = await negotiate(route, path, headers);
  const { transports, redirectUrl, refusal } = seen.negotiate;
  const negotiates = transports !== undefined || redirectUrl !== undefined || refusal !== undefined;
  if (!seen.target.kindIsGiven) {
    const hub = negotiates && (!isOpen(seen.upgrade) || (await isHub(rounds)));
    seen.target = { ...seen.target, kind: hub ? 'hub' : 'raw' };
  }
  if (transports?.includes('WebSockets') !== true || !isOpen(seen.upgrade)) return;
  // One after the other: all at once would be a burst, and many balancers answer a burst from one place.
  const tries = [];
  for (let attempt = 0; attempt < examination.limits.tries; attempt++)
    tries.push(await tryToConnect(route, path, headers));
  seen.tries = tries;
}

function conversationOf({ examination, headers, seen }: Rounds): ConversationOptions {
  return { path: examination.place.path, kind: seen.target.kind, headers };
}

/** Endpoints of minihub negotiate even when they are no hubs. Only the handshake of a hub tells them apart. */
async function isHub({ examination, route, headers }: Rounds): Promise<boolean> {
  const opened = await converse(route, { path: examination.place.path, kind: 'hub', headers });
  if (typeof opened === 'string') return !opened.startsWith(reasons.noHubAnswer);
  await opened[Symbol.asyncDispose]();
  return true;
}

/** Sizes on the way to the largest that must pass: a refusal in between says more than one at the end. */
function sizesUpTo(largest: number): readonly number[] {
  return [...new Set([1_024, 16_384, largest].filter((bytes) => bytes > 0 && bytes <= largest))];
}

async function lookAtTraffic(rounds: Rounds): Promise<void> {
  const { examination, route, seen } = rounds;
  const options = conversationOf(rounds);
  const mayTalk = options.kind === 'hub' || examination.echoes;
  const { burst, messageBytes, listenS, idleS } = examination.limits;
  const sizes = sizesUpTo(messageBytes);
  const compressed = async (): Promise<MessagesSeen | undefined> => {
    const accepts = seen.withCompression?.answer?.headers.has('sec-websocket-extensions') === true;
    if (!accepts || !mayTalk) return undefined;
    return lookAtMessages(route, { ...options, compression: true }, { sizes: sizes.slice(0, 1), burst: 0 });
  };
  const waiting = Promise.all([
    listenS > 0 ? lookForPings(route, options, listenS * 1000) : undefined,
    idleS > 0 ? lookAtIdle(route, options, idleS * 1000) : undefined,
  ]);
  examination.onStep('messages');
  if (mayTalk && sizes.length > 0) seen.messages = await lookAtMessages(route, options, { sizes, burst });
  const withCompression = await compressed();
  if (withCompression !== undefined) seen.compressedMessages = withCompression;
  examination.onStep('waiting');
  const [listening, idle] = await waiting;
  if (listening !== undefined) seen.listening = listening;
  if (idle !== undefined) seen.idle = idle;
}

function firstSight(examination: Examination): Mutable<Observations> {
  const { place, kind, subprotocol, token, proxy, domains, nowMs } = examination;
  const target: Target = {
    ...place,
    kind: kind === 'hub' ? 'hub' : 'raw',
    kindIsGiven: kind !== 'detect',
    ...(subprotocol === undefined ? {} : { subprotocol }),
    ...(token === undefined ? {} : { token }),
    ...(proxy === undefined ? {} : { proxy }),
    domains,
  };
  return { target, nowMs, addresses: [] };
}

/** The headers of a mini program's handshake. @see mini-program.md 1.5, signalr.md 1.3 */
function phoneHeaders({ appId, token, headers }: Examination): HttpRequest['headers'] {
  const bearer = token === undefined ? [] : [['Authorization', `Bearer ${token}`] as const];
  return [['Referer', refererOf(appId)], ...bearer, ...headers];
}

/**
 * Looks at an endpoint as a phone would, and says what was seen. It changes nothing: what it sends are handshakes,
 * negotiations, calls of a method that no hub has, and messages only where `echoes` allows them.
 */
export async function examine(examination: Examination): Promise<Observations> {
  const { place, limits, roots, onStep } = examination;
  const seen = firstSight(examination);
  onStep('addresses');
  let addresses: readonly HostAddress[];
  try {
    addresses = await addressesOf(examination);
  } catch (error) {
    return { ...seen, lookupError: reasonOf(error) };
  }
  const base = { host: place.host, port: place.port, secure: place.secure, roots, timeoutMs: limits.timeoutS * 1000 };
  seen.addresses = await lookAtAddresses(addresses, base);
  const address = seen.addresses.find(({ connected }) => connected);
  if (address === undefined) return seen;
  const route: Route = { ...base, address };
  if (place.secure) {
    onStep('tls');
    seen.tls = await lookAtTls(route);
    if (seen.tls.error !== undefined) return seen;
  }
  const hasSecrets = examination.token !== undefined || examination.headers.length > 0;
  // To show a token to whoever holds a wrong certificate would do what the certificate is there to prevent.
  if (hasSecrets && !isTrusted(seen)) return seen;
  const rounds: Rounds = { examination, route, headers: phoneHeaders(examination), seen };
  onStep('handshake');
  await lookAtHandshakes(rounds);
  if (seen.upgrade?.error !== undefined) return seen;
  onStep('hub');
  if (examination.kind !== 'raw') await lookAtHub(rounds);
  if (isOpen(seen.upgrade)) await lookAtTraffic(rounds);
  return seen;
}
