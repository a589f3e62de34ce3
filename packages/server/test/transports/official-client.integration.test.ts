import { HttpTransportType, type HubConnection, HubConnectionBuilder, LogLevel, Subject } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { describe, expect, it } from 'vitest';
import { everything } from '../support/everything-hub.ts';
import { startServer } from '../support/start-server.ts';

const combinations = [
  ['ServerSentEvents', 'json'],
  ['LongPolling', 'json'],
  ['LongPolling', 'messagepack'],
] as const;

function build(url: string, transport: HttpTransportType, protocol = 'json'): HubConnection {
  const builder = new HubConnectionBuilder().withUrl(url, { transport }).configureLogging(LogLevel.None);
  if (protocol === 'messagepack') builder.withHubProtocol(new MessagePackHubProtocol());
  return builder.build();
}

describe.each(combinations)('the official client over %s with %s', (transport, protocol) => {
  it('does everything that it does over WebSockets', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', everything));
    const client = build(server.url('/hub'), HttpTransportType[transport], protocol);
    const messages: unknown[][] = [];
    client.on('message', (...args) => {
      messages.push(args);
    });
    client.on('question', (text: string) => `answer to ${text}`);
    await client.start();
    expect(await client.invoke('add', 1, 2)).toBe(3);
    const long = '你好👋\n'.repeat(2_000);
    expect(await client.invoke('echo', long)).toBe(long);
    await client.invoke('tell', 'everybody', '你好 👋');
    expect(await client.invoke('askMe', 'why')).toBe('answer to why');
    expect(messages.map(([, text]) => text)).toEqual(['你好 👋']);

    const items: number[] = [];
    await new Promise<void>((complete, error) => {
      client.stream<number>('burst', 500).subscribe({ next: (n) => items.push(n), complete, error });
    });
    expect(items).toHaveLength(500);

    const numbers = new Subject<number>();
    const sum = client.invoke('sum', numbers);
    for (let n = 1; n <= 100; n++) numbers.next(n);
    numbers.complete();
    expect(await sum).toBe(5_050);

    const order = await Promise.all(Array.from({ length: 50 }, (_, n) => client.invoke('echo', n)));
    expect(order).toEqual(Array.from({ length: 50 }, (_, n) => n));
    await client.stop();
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
  });

  it('is told when the server ends the connection', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', everything));
    const client = build(server.url('/hub'), HttpTransportType[transport], protocol);
    const closed = new Promise<Error | undefined>((resolve) => client.onclose(resolve));
    await client.start();
    await server.hubs.hub(everything).disconnect({ group: 'everybody' }, { reason: 'Enough.' });
    expect((await closed)?.message).toContain('Enough.');
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
  });

  it('is told when the server closes', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', everything));
    const client = build(server.url('/hub'), HttpTransportType[transport], protocol);
    const closed = new Promise<unknown>((resolve) => client.onclose(resolve));
    await client.start();
    await server.hubs.close({ deadlineMs: 2_000 });
    await closed;
    expect(server.hubs.connectionCount).toBe(0);
  });
});

describe('transports', () => {
  it('falls back to the next one that the endpoint offers', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', everything, { transports: ['LongPolling'] }));
    const client = build(server.url('/hub'), HttpTransportType.WebSockets | HttpTransportType.LongPolling);
    await client.start();
    expect(await client.invoke('add', 1, 2)).toBe(3);
    await client.stop();
  });

  it('refuses MessagePack over server-sent events in the words of ASP.NET', async () => {
    await using server = await startServer((hubs) =>
      hubs.map('/hub', everything, { transports: ['ServerSentEvents'] }),
    );
    const negotiate = await fetch(server.url('/hub/negotiate?negotiateVersion=1'), { method: 'POST' });
    const { connectionToken } = (await negotiate.json()) as { connectionToken: string };
    const events = await fetch(server.url(`/hub?id=${connectionToken}`), { headers: { accept: 'text/event-stream' } });
    expect(events.headers.get('content-type')).toBe('text/event-stream');
    await fetch(server.url(`/hub?id=${connectionToken}`), {
      method: 'POST',
      body: '{"protocol":"messagepack","version":1}\u001e',
    });
    expect(await events.text()).toContain(
      `Cannot use the 'messagepack' protocol on the current transport. The transport does not support 'Binary' transfer format.`,
    );
  });
});
