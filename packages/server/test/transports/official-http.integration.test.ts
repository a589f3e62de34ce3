import { HttpTransportType, HubConnectionBuilder, type IHttpConnectionOptions, LogLevel } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { type Authenticate, defineHub, method, unauthorized } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../support/inbox.ts';
import { recordRequests } from '../support/record-requests.ts';
import { startServer } from '../support/start-server.ts';

const transports = ['WebSockets', 'ServerSentEvents', 'LongPolling'] as const;

const hub = defineHub()({
  methods: {
    add: method([], ({ connection }) => `${connection.transport} ${connection.protocol}`),
    header: method([], ({ connection }) => connection.request.headers['x-team']),
    user: method([], ({ user }) => user),
  },
});

function build(url: string, options: IHttpConnectionOptions = {}, protocol = 'json') {
  const builder = new HubConnectionBuilder().withUrl(url, options).configureLogging(LogLevel.None);
  if (protocol === 'messagepack') builder.withHubProtocol(new MessagePackHubProtocol());
  return builder.build();
}

const byToken: Authenticate = ({ token }) => {
  if (token === undefined) throw unauthorized('Who are you?');
  return { user: token };
};

describe('the official client', () => {
  const combinations = transports.flatMap((transport) =>
    (transport === 'ServerSentEvents' ? ['json'] : ['json', 'messagepack']).map((protocol) => [transport, protocol]),
  ) as [(typeof transports)[number], string][];

  it.each(combinations)('comes over %s with %s, its headers and its token', async (transport, protocol) => {
    await using server = await startServer((hubs) => hubs.map('/hub', hub), { authenticate: byToken });
    const options = {
      transport: HttpTransportType[transport],
      headers: { 'X-Team': 'blue' },
      accessTokenFactory: () => 'ada',
    };
    const client = build(server.url('/hub'), options, protocol);
    await client.start();
    expect(await client.invoke('add')).toBe(`${transport} ${protocol}`);
    expect(await client.invoke('header')).toBe('blue');
    expect(await client.invoke('user')).toBe('ada');
    await client.stop();
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
  });

  it.each([
    [{ webSocket: { enabled: false } }, 'ServerSentEvents'],
    [{ webSocket: { enabled: true }, transports: ['WebSockets'] }, 'WebSockets'],
    [{ webSocket: { enabled: false }, transports: ['WebSockets', 'LongPolling'] }, 'LongPolling'],
    [{ transports: ['LongPolling', 'WebSockets'] }, 'LongPolling'],
    [{ transports: ['ServerSentEvents'] }, 'ServerSentEvents'],
  ] as const)('takes the first transport that %j leaves: %s', async (options, transport) => {
    await using server = await startServer((hubs) => hubs.map('/hub', hub, options));
    const client = build(server.url('/hub'));
    await client.start();
    expect(await client.invoke('add')).toBe(`${transport} json`);
    await client.stop();
  });

  it('takes the next transport when a proxy refuses upgrades', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', hub));
    server.http.removeAllListeners('upgrade');
    server.http.on('upgrade', (_, socket) => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
    const requests = recordRequests(server.hubs);
    const client = build(server.url('/hub'));
    await client.start();
    expect(await client.invoke('add')).toBe('ServerSentEvents json');
    // After a transport that failed it negotiates again.
    expect(requests.filter((request) => request === 'POST /hub/negotiate')).toHaveLength(2);
    await client.stop();
  });

  it.each(transports)('is told by 401 that it may not come, over %s', async (transport) => {
    await using server = await startServer((hubs) => hubs.map('/hub', hub), { authenticate: byToken });
    const client = build(server.url('/hub'), { transport: HttpTransportType[transport] });
    expect(await failureOf(client.start())).toContain("Status code '401'");
  });

  it('ends long polling with DELETE', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', hub));
    const requests = recordRequests(server.hubs);
    const client = build(server.url('/hub'), { transport: HttpTransportType.LongPolling });
    await client.start();
    await client.stop();
    expect(requests).toContain('DELETE /hub');
    expect(server.hubs.connectionCount).toBe(0);
  });

  it('goes where negotiate sends it, with the token that it is given there', async () => {
    await using target = await startServer((hubs) => hubs.map('/there', hub), { authenticate: byToken });
    const seen: (string | undefined)[] = [];
    await using server = await startServer((hubs) =>
      hubs.map('/hub', hub, {
        authenticate: byToken,
        redirect: ({ query }, identity) => {
          seen.push(identity?.user, query.get('room') ?? undefined);
          return { url: target.url('/there'), accessToken: 'ticket' };
        },
      }),
    );
    const client = build(server.url('/hub?room=7'), { accessTokenFactory: () => 'ada' });
    await client.start();
    expect(await client.invoke('user')).toBe('ticket');
    expect(seen).toEqual(['ada', '7']);
    expect([server.hubs.connectionCount, target.hubs.connectionCount]).toEqual([0, 1]);
    await client.stop();
  });

  it('gives up when it is sent in circles', async () => {
    let url = '';
    await using server = await startServer((hubs) => hubs.map('/hub', hub, { redirect: () => ({ url }) }));
    url = server.url('/hub');
    expect(await failureOf(build(url).start())).toContain('Negotiate redirection limit exceeded.');
  });

  it('stays where nobody sends it, and gets 500 from a hook that throws', async () => {
    let isBroken = false;
    await using server = await startServer((hubs) =>
      hubs.map('/hub', hub, {
        redirect: async () => {
          if (isBroken) throw new Error('a secret');
          return undefined;
        },
      }),
    );
    const client = build(server.url('/hub'));
    await client.start();
    await client.stop();
    isBroken = true;
    const response = await fetch(server.url('/hub/negotiate'), { method: 'POST' });
    expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error']);
  });
});
