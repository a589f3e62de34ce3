import { request as httpsRequest, type RequestOptions } from 'node:https';
import {
  HttpTransportType,
  type HubConnection,
  HubConnectionBuilder,
  type IHttpConnectionOptions,
  LogLevel,
} from '@microsoft/signalr';
import { type ClientOptions, WebSocket } from 'ws';

/** Where a hub is, behind a proxy with a certificate of the tests. */
export interface HubAddress {
  readonly port: number;
  readonly ca: string;
  readonly path: string;
}

/** The official client over WebSockets. */
export function officialClient({ port, ca, path }: HubAddress): HubConnection {
  class Trusting extends WebSocket {
    constructor(url: string, protocols?: string | string[], options: object = {}) {
      const tls = { ...options, ca, servername: 'chat.test', headers: { Host: `chat.test:${port}` } } as ClientOptions;
      super(url, protocols ?? [], tls);
    }
  }
  // `WebSocket` is an option of the official client that its types do not have.
  const options: IHttpConnectionOptions & { readonly WebSocket: unknown } = {
    skipNegotiation: true,
    transport: HttpTransportType.WebSockets,
    WebSocket: Trusting,
  };
  return new HubConnectionBuilder()
    .withUrl(`https://127.0.0.1:${port}${path}`, options)
    .configureLogging(LogLevel.None)
    .build();
}

/** A request over HTTPS: `part` gets the body as it comes. Resolves with all of it. */
function send(
  { port, ca, path }: HubAddress,
  method: string,
  body = '',
  headers: Record<string, string> = {},
  part: (text: string) => void = () => undefined,
) {
  const options: RequestOptions = {
    host: '127.0.0.1',
    port,
    servername: 'chat.test',
    ca,
    path,
    method,
    headers: { Host: `chat.test:${port}`, ...headers },
  };
  return new Promise<string>((resolve, reject) => {
    const request = httpsRequest(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        part(chunk);
      });
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** The body of what a GET is answered with. */
export function readBody(address: HubAddress): Promise<string> {
  return send(address, 'GET');
}

async function negotiate(address: HubAddress): Promise<HubAddress> {
  const { connectionToken } = JSON.parse(
    await send({ ...address, path: `${address.path}/negotiate?negotiateVersion=1` }, 'POST'),
  );
  return { ...address, path: `${address.path}?id=${connectionToken}` };
}

const handshake = '{"protocol":"json","version":1}\u001e';
const question = '{"type":1,"invocationId":"1","target":"echo","arguments":["你好"]}\u001e';

/** Calls `echo` over server-sent events; the stream is open all the while, so what comes was not held back. */
export async function echoOverEvents(address: HubAddress): Promise<string> {
  const connection = await negotiate(address);
  let heard = '';
  let wake: () => void = () => undefined;
  const listening = send(connection, 'GET', '', { Accept: 'text/event-stream' }, (chunk) => {
    heard += chunk;
    wake();
  }).catch(() => heard);
  const until = async (mark: string): Promise<void> => {
    while (!heard.includes(mark)) await new Promise<void>((resolve) => (wake = resolve));
  };
  await until(':');
  await send(connection, 'POST', handshake);
  await until('{}');
  await send(connection, 'POST', question);
  await until('"result"');
  await send(connection, 'POST', '{"type":7}\u001e');
  await listening;
  return heard;
}

/** Calls `echo` over long polling; each answer comes while the poll hangs. */
export async function echoOverPolls(address: HubAddress): Promise<string> {
  const connection = await negotiate(address);
  const first = send(connection, 'GET');
  await first;
  const second = send(connection, 'GET');
  await send(connection, 'POST', handshake);
  const greeting = await second;
  const third = send(connection, 'GET');
  await send(connection, 'POST', question);
  const answer = await third;
  await send(connection, 'DELETE');
  return greeting + answer;
}
