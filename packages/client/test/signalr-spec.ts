import { randomUUID } from 'node:crypto';
import type * as official from '@microsoft/signalr';
import { describe, expect, it } from 'vitest';
import { everything } from '../../server/test/support/everything-hub.ts';
import { type RunningServer, startServer } from '../../server/test/support/start-server.ts';
import { until } from '../../simulator/test/fixtures.ts';

/** What both implementations have; the official one is the measure. */
export type SignalR = Pick<
  typeof official,
  | 'HubConnectionBuilder'
  | 'HubConnectionState'
  | 'HttpTransportType'
  | 'LogLevel'
  | 'Subject'
  | 'AbortError'
  | 'HttpError'
>;

/** One implementation, and the options that it needs on Node. */
export interface SignalRSubject {
  readonly name: string;
  readonly signalR: SignalR;
  readonly options?: object;
  readonly protocol?: () => unknown;
  readonly transports: readonly ('WebSockets' | 'ServerSentEvents' | 'LongPolling' | 'skipNegotiation')[];
}

const start = (): Promise<RunningServer> =>
  startServer((hubs) => hubs.map('/hub', everything, { statefulReconnect: true }));

/** How code written against Microsoft's client expects it to behave. @see signalr.md 1.13 */
export function signalRSpec({ name, signalR, options = {}, protocol, transports }: SignalRSubject): void {
  const { HubConnectionBuilder, HttpTransportType, LogLevel, Subject } = signalR;
  const build = (
    url: string,
    transport: (typeof transports)[number],
    more: (builder: official.HubConnectionBuilder) => official.HubConnectionBuilder = (builder) => builder,
  ): official.HubConnection => {
    const skipNegotiation = transport === 'skipNegotiation';
    const type = HttpTransportType[skipNegotiation ? 'WebSockets' : transport];
    const builder = new HubConnectionBuilder()
      .withUrl(url, { ...options, transport: type, skipNegotiation } as official.IHttpConnectionOptions)
      .configureLogging(LogLevel.None);
    if (protocol !== undefined) builder.withHubProtocol(protocol() as official.IHubProtocol);
    return more(builder).build();
  };

  describe.each(transports)(`${name} over %s`, (transport) => {
    it('starts, invokes, sends and stops, telling its state', async () => {
      await using server = await start();
      const connection = build(server.url('/hub'), transport);
      expect([connection.state, connection.connectionId, connection.baseUrl]).toEqual([
        'Disconnected',
        null,
        server.url('/hub'),
      ]);
      const starting = connection.start();
      expect(connection.state).toBe('Connecting');
      await starting;
      expect(connection.state).toBe(signalR.HubConnectionState.Connected);
      if (transport !== 'skipNegotiation') expect(await connection.invoke('id')).toBe(connection.connectionId);
      expect(await connection.invoke('add', 1, 2)).toBe(3);
      expect(await connection.invoke('echo', { text: '你好', list: [1, null] })).toEqual({
        text: '你好',
        list: [1, null],
      });
      expect(await connection.send('nothing')).toBeUndefined();
      const closes: unknown[] = [];
      connection.onclose((error) => closes.push(error));
      await connection.stop();
      await until(() => closes.length > 0, 'onclose');
      expect([connection.state, closes]).toEqual(['Disconnected', [undefined]]);
    });

    it('keeps handlers by name in any case, once each, and forgets them with off', async () => {
      await using server = await start();
      const connection = build(server.url('/hub'), transport);
      const seen: unknown[] = [];
      const first = (value: unknown): unknown => seen.push(['first', value]);
      connection.on('ECHO', first);
      connection.on('echo', first);
      connection.on('echo', (value) => seen.push(['second', value]));
      connection.on('echo', () => {
        throw new Error('not fatal');
      });
      await connection.start();
      await connection.invoke('callMe', 1);
      await until(() => seen.length >= 2, 'both');
      connection.off('Echo', first);
      await connection.invoke('callMe', 2);
      await until(() => seen.length >= 3, 'the second');
      connection.off('echo');
      await connection.invoke('callMe', 3);
      await connection.invoke('nothing');
      expect(seen).toEqual([
        ['first', 1],
        ['second', 1],
        ['second', 2],
      ]);
      await connection.stop();
    });

    it('answers the server', async () => {
      await using server = await start();
      const connection = build(server.url('/hub'), transport);
      connection.on('question', async (text: string) => `${text}!`);
      await connection.start();
      // Not waited for by the hub of the client: its own call would block behind it.
      expect(await connection.invoke('askMe', 'why')).toBe('why!');
      await connection.stop();
    });

    it('rejects with the text of the server', async () => {
      await using server = await start();
      const connection = build(server.url('/hub'), transport);
      await connection.start();
      const error = await connection.invoke('failOnPurpose').catch((e: Error) => e);
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message).toBe(
        "An unexpected error occurred invoking 'failOnPurpose' on the server. HubException: for you",
      );
      await connection.stop();
    });

    it('streams from the server, and stops when disposed of', async () => {
      await using server = await start();
      const connection = build(server.url('/hub'), transport);
      await connection.start();
      const items = await new Promise<unknown[]>((resolve, reject) => {
        const got: unknown[] = [];
        connection
          .stream('countdown', 3)
          .subscribe({ next: (item) => got.push(item), error: reject, complete: () => resolve(got) });
      });
      expect(items).toEqual([3, 2, 1, 0]);
      let count = 0;
      const endless = connection.stream('countdown', 1_000_000).subscribe({
        next: () => {
          count++;
        },
        error: () => undefined,
        complete: () => undefined,
      });
      await until(() => count > 2, 'some items');
      endless.dispose();
      expect(await connection.invoke('add', 1, 1)).toBe(2);
      await connection.stop();
    });

    it('tells errors of a stream', async () => {
      await using server = await start();
      const connection = build(server.url('/hub'), transport);
      await connection.start();
      const error = await new Promise<Error>((resolve) => {
        connection
          .stream('breakingStream')
          .subscribe({ next: () => undefined, error: resolve, complete: () => undefined });
      });
      expect(error.message).toContain('An error occurred on the server while');
      await connection.stop();
    });

    it('sends streams', async () => {
      await using server = await start();
      const connection = build(server.url('/hub'), transport);
      await connection.start();
      const subject = new Subject<number>();
      const sum = connection.invoke('sum', subject);
      for (const n of [1, 2, 3]) subject.next(n);
      subject.complete();
      expect(await sum).toBe(6);
      await connection.stop();
    });
  });

  const [transport = 'WebSockets'] = transports;
  describe(`${name}: the life of a connection`, () => {
    it('refuses calls unless it is connected', async () => {
      await using server = await start();
      const connection = build(server.url('/hub'), transport);
      const text = "Cannot send data if the connection is not in the 'Connected' State.";
      await expect(connection.invoke('add', 1, 2)).rejects.toThrow(text);
      await expect(connection.send('nothing')).rejects.toThrow(text);
      await connection.start();
      await expect(connection.start()).rejects.toThrow(
        "Cannot start a HubConnection that is not in the 'Disconnected' state.",
      );
      await connection.stop();
      await connection.stop();
      await expect(connection.invoke('add', 1, 2)).rejects.toThrow(text);
    });

    it('can be started again after it was stopped', async () => {
      await using server = await start();
      const connection = build(server.url('/hub'), transport);
      const seen: unknown[] = [];
      connection.on('echo', (value) => seen.push(value));
      for (let i = 0; i < 2; i++) {
        await connection.start();
        await connection.invoke('callMe', i);
        await until(() => seen.length === i + 1, 'the call');
        await connection.stop();
      }
      expect(seen).toEqual([0, 1]);
    });

    it('does not try a first start again, and tells no close', async () => {
      const connection = build('http://127.0.0.1:1/hub', transport, (builder) =>
        builder.withAutomaticReconnect([0, 0]),
      );
      let closes = 0;
      connection.onclose(() => closes++);
      await expect(connection.start()).rejects.toBeInstanceOf(Error);
      expect([connection.state, closes]).toEqual(['Disconnected', 0]);
    });

    it('tells a refused negotiation by its status', async () => {
      await using server = await start();
      const connection = build(server.url('/nowhere'), 'WebSockets');
      await expect(connection.start()).rejects.toThrow('404');
    });

    it('is closed by a loss without automatic reconnect, with an error', async () => {
      await using server = await start();
      const connection = build(server.url('/hub'), transport);
      await connection.start();
      const closed = new Promise<Error | undefined>((resolve) => connection.onclose(resolve));
      const pending = connection.invoke('askMe', 'never answered').catch((error: Error) => error.message);
      connection.on('question', () => new Promise(() => undefined));
      await connection.invoke('nothing').catch(() => undefined);
      server.cut();
      expect(await closed).toBeInstanceOf(Error);
      expect(typeof (await pending)).toBe('string');
      expect(connection.state).toBe('Disconnected');
    }, 10_000);

    it('comes back with automatic reconnect, telling both', async () => {
      await using server = await start();
      const connection = build(server.url('/hub'), transport, (builder) => builder.withAutomaticReconnect([0, 10]));
      const seen: unknown[] = [];
      connection.onreconnecting((error) => seen.push(['reconnecting', error instanceof Error, connection.state]));
      connection.onreconnected((id) => seen.push(['reconnected', id === connection.connectionId, connection.state]));
      await connection.start();
      const before = connection.connectionId;
      server.cut();
      await until(() => seen.length === 2, 'the way back');
      expect(seen).toEqual([
        ['reconnecting', true, 'Reconnecting'],
        ['reconnected', true, 'Connected'],
      ]);
      expect(connection.connectionId).not.toBe(before);
      expect(await connection.invoke('add', 2, 2)).toBe(4);
      await connection.stop();
    });

    it('asks a policy, counts for it, and gives up when it says so', async () => {
      let server: RunningServer | undefined = await start();
      const asked: unknown[] = [];
      const policy: official.IRetryPolicy = {
        nextRetryDelayInMilliseconds: ({ previousRetryCount, elapsedMilliseconds, retryReason }) => {
          asked.push([previousRetryCount, elapsedMilliseconds >= 0, retryReason instanceof Error]);
          return previousRetryCount < 2 ? 0 : null;
        },
      };
      const connection = build(server.url('/hub'), transport, (builder) => builder.withAutomaticReconnect(policy));
      await connection.start();
      const closed = new Promise<Error | undefined>((resolve) => connection.onclose(resolve));
      server.http.close();
      server.cut();
      // As Microsoft's: the error went to onreconnecting.
      expect(await closed).toBeUndefined();
      expect(asked).toEqual([
        [0, true, true],
        [1, true, true],
        [2, true, true],
      ]);
      await server[Symbol.asyncDispose]();
      server = undefined;
    });

    it('does not come back when the server says that it shall not', async () => {
      await using server = await start();
      const connection = build(server.url('/hub'), transport, (builder) => builder.withAutomaticReconnect([0, 0]));
      let reconnects = 0;
      connection.onreconnecting(() => reconnects++);
      await connection.start();
      const closed = new Promise<Error | undefined>((resolve) => connection.onclose(resolve));
      connection.send('abort').catch(() => undefined);
      await closed;
      expect([reconnects, connection.state]).toEqual([0, 'Disconnected']);
    });

    it('changes its address only while there is no connection', async () => {
      await using server = await start();
      const connection = build('http://127.0.0.1:1/hub', transport);
      connection.baseUrl = server.url('/hub');
      await connection.start();
      expect(() => {
        connection.baseUrl = `${server.url('/hub')}?${randomUUID()}`;
      }).toThrow('The HubConnection must be in the Disconnected or Reconnecting state to change the url.');
      await connection.stop();
    });

    it('rejects the start when it is stopped meanwhile', async () => {
      await using server = await start();
      const connection = build(server.url('/hub'), transport);
      const starting = connection.start().catch((error: Error) => error);
      await connection.stop();
      expect(await starting).toBeInstanceOf(Error);
      expect(connection.state).toBe('Disconnected');
    });

    it('resumes with stateful reconnect: same id, nothing told', async () => {
      await using server = await start();
      const connection = build(server.url('/hub'), 'WebSockets', (builder) =>
        builder.withAutomaticReconnect([0, 10]).withStatefulReconnect(),
      );
      let told = 0;
      connection.onclose(() => told++);
      await connection.start();
      const id = await connection.invoke('id');
      server.cut();
      // Sent while away, or right before: carried over.
      const retry = async (): Promise<unknown> => connection.invoke('id').catch(() => undefined);
      let after: unknown;
      for (let i = 0; i < 50 && after === undefined; i++) after = await retry();
      expect([after, connection.connectionId, told]).toEqual([id, id, 0]);
      await connection.stop();
    });
  });

  describe(`${name}: the builder`, () => {
    it('wants a URL', () => {
      expect(() => new HubConnectionBuilder().build()).toThrow(
        "The 'HubConnectionBuilder.withUrl' method must be called before building the connection.",
      );
      expect(() => new HubConnectionBuilder().withUrl(undefined as never)).toThrow("The 'url' argument is required.");
    });

    it('takes times and levels', () => {
      const connection = new HubConnectionBuilder()
        .withUrl('http://127.0.0.1/hub')
        .withServerTimeout(7_000)
        .withKeepAliveInterval(3_000)
        .configureLogging('none')
        .build();
      expect([connection.serverTimeoutInMilliseconds, connection.keepAliveIntervalInMilliseconds]).toEqual([
        7_000, 3_000,
      ]);
      expect(() => new HubConnectionBuilder().configureLogging('loud')).toThrow('Unknown log level: loud');
      expect(() => new HubConnectionBuilder().withAutomaticReconnect().withAutomaticReconnect()).toThrow(
        'A reconnectPolicy has already been set.',
      );
    });

    it('has the values that there are, both ways', () => {
      expect([LogLevel.Debug, LogLevel[1], HttpTransportType.LongPolling, HttpTransportType[2]]).toEqual([
        1,
        'Debug',
        4,
        'ServerSentEvents',
      ]);
    });

    it('skips negotiation for WebSockets only', async () => {
      const make = (): official.HubConnection =>
        new HubConnectionBuilder()
          .withUrl('http://127.0.0.1/hub', { skipNegotiation: true })
          .configureLogging('none')
          .build();
      await expect((async () => make().start())()).rejects.toThrow(
        'Negotiation can only be skipped when using the WebSocket transport directly.',
      );
    });
  });
}
