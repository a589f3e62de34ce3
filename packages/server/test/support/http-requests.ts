import { WebSocket } from 'ws';
import type { RunningServer } from './start-server.ts';

/** The headers of a request. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** What negotiate answers. */
export interface NegotiateAnswer {
  readonly connectionId: string;
  readonly connectionToken: string;
  readonly tokenLifetimeSeconds?: number;
}

/** The header that carries a token. */
export function bearer(token: string): RequestHeaders {
  return { authorization: `Bearer ${token}` };
}

/** Negotiates at `/hub`. */
export async function negotiate(server: RunningServer, headers: RequestHeaders = {}): Promise<NegotiateAnswer> {
  const response = await fetch(server.url('/hub/negotiate?negotiateVersion=1'), { method: 'POST', headers });
  if (response.status !== 200) throw new Error(`negotiate: ${response.status}`);
  return (await response.json()) as NegotiateAnswer;
}

/** Begins long polling: the connection id's first poll, which returns at once. */
export async function poll(server: RunningServer, token: string, headers: RequestHeaders = {}): Promise<Response> {
  return fetch(server.url(`/hub?id=${token}`), { headers });
}

/** Sends a body. */
export async function post(
  server: RunningServer,
  token: string,
  body: string,
  headers: RequestHeaders = {},
): Promise<Response> {
  return fetch(server.url(`/hub?id=${token}`), { method: 'POST', body, headers });
}

/** The status of an upgrade: 101 when it is accepted. */
export function upgradeStatus(url: string, headers: RequestHeaders = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(url, { headers: { ...headers } });
    webSocket.once('open', () => {
      webSocket.terminate();
      resolve(101);
    });
    webSocket.once('unexpected-response', (_, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    webSocket.once('error', reject);
  });
}

/** Each kind of request that a connection is made of. */
export interface RequestKind {
  readonly name: string;
  /** The status when it is let through. */
  readonly success: number;
  /** Makes a connection with good credentials up to where this request comes; the answer is its token. */
  prepare(server: RunningServer, headers: RequestHeaders): Promise<string>;
  /** Sends the request; the answer is the status. `query` goes behind the id. */
  send(server: RunningServer, token: string, headers: RequestHeaders, query?: string): Promise<number>;
}

const negotiated = async (server: RunningServer, headers: RequestHeaders): Promise<string> =>
  (await negotiate(server, headers)).connectionToken;

const polling = async (server: RunningServer, headers: RequestHeaders): Promise<string> => {
  const token = await negotiated(server, headers);
  await poll(server, token, headers);
  return token;
};

async function statusOf(server: RunningServer, path: string, init: RequestInit): Promise<number> {
  const abort = new AbortController();
  const { status } = await fetch(server.url(path), { ...init, signal: abort.signal });
  abort.abort();
  return status;
}

/** All of them. */
export const requestKinds: readonly RequestKind[] = [
  {
    name: 'negotiate',
    success: 200,
    prepare: async () => '',
    send: (server, _, headers, query = '') =>
      statusOf(server, `/hub/negotiate?negotiateVersion=1${query}`, { method: 'POST', headers }),
  },
  {
    name: 'a WebSocket',
    success: 101,
    prepare: negotiated,
    send: (server, token, headers, query = '') => upgradeStatus(server.wsUrl(`/hub?id=${token}${query}`), headers),
  },
  {
    name: 'a WebSocket without negotiation',
    success: 101,
    prepare: async () => '',
    send: (server, _, headers, query = '') => upgradeStatus(server.wsUrl(`/hub?${query}`), headers),
  },
  {
    name: 'server-sent events',
    success: 200,
    prepare: negotiated,
    send: (server, token, headers, query = '') =>
      statusOf(server, `/hub?id=${token}${query}`, { headers: { ...headers, accept: 'text/event-stream' } }),
  },
  {
    name: 'a first poll',
    success: 200,
    prepare: negotiated,
    send: (server, token, headers, query = '') => statusOf(server, `/hub?id=${token}${query}`, { headers }),
  },
  {
    name: 'a post',
    success: 200,
    prepare: polling,
    send: (server, token, headers, query = '') =>
      statusOf(server, `/hub?id=${token}${query}`, { method: 'POST', body: '', headers }),
  },
  {
    name: 'a delete',
    success: 202,
    prepare: polling,
    send: (server, token, headers, query = '') =>
      statusOf(server, `/hub?id=${token}${query}`, { method: 'DELETE', headers }),
  },
];
