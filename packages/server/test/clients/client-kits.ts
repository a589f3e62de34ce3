import { createRequire } from 'node:module';

/** How a client gets to the hub. */
export type Mode = 'negotiating' | 'skipping negotiation';

/** Something that not every version of the official client can do. */
export type Ability = 'upload' | 'automaticReconnect' | 'clientResults' | 'headers' | 'tokenInHeader';

/** What the tests need of an official connection. All versions have it. */
export interface ClientConnection {
  serverTimeoutInMilliseconds: number;
  keepAliveIntervalInMilliseconds: number;
  start(): Promise<void>;
  stop(): Promise<void>;
  on(name: string, handler: (...args: never[]) => unknown): void;
  invoke(method: string, ...args: unknown[]): Promise<unknown>;
  send(method: string, ...args: unknown[]): Promise<void>;
  stream(method: string, ...args: unknown[]): ClientStream;
  onclose(handler: (error?: Error) => void): void;
  onreconnecting?(handler: (error?: Error) => void): void;
  onreconnected?(handler: (id?: string) => void): void;
}

/** A stream from the server. */
export interface ClientStream {
  subscribe(observer: { next(item: unknown): void; complete(): void; error(error: unknown): void }): {
    dispose(): void;
  };
}

/** The official class that fills an upload. */
export interface ClientSubject {
  next(item: unknown): void;
  complete(): void;
  error(error: Error): void;
}

/** How to connect. */
export interface ConnectOptions {
  readonly mode: Mode;
  readonly token?: string;
  readonly headers?: Record<string, string>;
  /** Delays of the automatic reconnect; absent: none. */
  readonly reconnectDelaysMs?: readonly number[];
}

interface Builder {
  withUrl(url: string, options: object): Builder;
  withHubProtocol(protocol: object): Builder;
  configureLogging(level: number): Builder;
  withAutomaticReconnect?(delaysMs: readonly number[]): Builder;
  build(): ClientConnection;
}

interface ClientModule {
  readonly HubConnectionBuilder: new () => Builder;
  readonly HttpTransportType: { readonly WebSockets: number };
  readonly LogLevel: { readonly None: number };
  readonly Subject?: new () => ClientSubject;
}

/** One official client with one hub protocol. */
export interface ClientKit {
  readonly name: string;
  readonly protocol: 'json' | 'messagepack';
  /** What this version cannot do, and why. Every entry has its own test that shows it. */
  readonly lacks: Readonly<Partial<Record<Ability, string>>>;
  build(url: string, options: ConnectOptions): ClientConnection;
  createSubject(): ClientSubject;
}

const require = createRequire(import.meta.url);

function createKit(
  name: string,
  packageName: string,
  lacks: ClientKit['lacks'],
  createProtocol?: () => object,
): ClientKit {
  const { HubConnectionBuilder, HttpTransportType, LogLevel, Subject } = require(packageName) as ClientModule;
  return {
    name,
    protocol: createProtocol === undefined ? 'json' : 'messagepack',
    lacks,
    build(url, { mode, token, headers, reconnectDelaysMs }) {
      const builder = new HubConnectionBuilder()
        .withUrl(url, {
          transport: HttpTransportType.WebSockets,
          skipNegotiation: mode === 'skipping negotiation',
          ...(token === undefined ? undefined : { accessTokenFactory: () => token }),
          ...(headers === undefined ? undefined : { headers }),
        })
        .configureLogging(LogLevel.None);
      if (createProtocol !== undefined) builder.withHubProtocol(createProtocol());
      if (reconnectDelaysMs !== undefined) builder.withAutomaticReconnect?.(reconnectDelaysMs);
      return builder.build();
    },
    createSubject() {
      if (Subject === undefined) throw new Error(`${name} cannot upload`);
      return new Subject();
    },
  };
}

/** Version 5 takes a global `fetch` for a browser, and fails on `self`: it is built as on the Node of its time. */
function beforeFetch(kit: ClientKit): ClientKit {
  return {
    ...kit,
    build(url, options) {
      const { fetch } = globalThis;
      Reflect.deleteProperty(globalThis, 'fetch');
      try {
        return kit.build(url, options);
      } finally {
        globalThis.fetch = fetch;
      }
    },
  };
}

const since5 = { clientResults: 'came with 7.0', tokenInHeader: 'came with 6.0' };
const since3 = { ...since5, headers: 'came with 5.0' };

/** The clients that the server is tested with, and what each cannot do. */
export const clientKits = {
  '10-json': () => createKit('@microsoft/signalr 10.0 with JSON', '@microsoft/signalr', {}),
  '10-messagepack': () => {
    const { MessagePackHubProtocol } = require('@microsoft/signalr-protocol-msgpack') as {
      MessagePackHubProtocol: new () => object;
    };
    const createProtocol = (): object => new MessagePackHubProtocol();
    return createKit('@microsoft/signalr 10.0 with MessagePack', '@microsoft/signalr', {}, createProtocol);
  },
  '8': () => createKit('@microsoft/signalr 8.0', 'signalr-8', {}),
  '5': () => beforeFetch(createKit('@microsoft/signalr 5.0', 'signalr-5', since5)),
  '3': () => createKit('@microsoft/signalr 3.1', 'signalr-3', since3),
  '1': () =>
    createKit('@aspnet/signalr 1.1', 'aspnet-signalr-1', {
      ...since3,
      upload: 'came with 3.0',
      automaticReconnect: 'came with 3.0',
    }),
} satisfies Record<string, () => ClientKit>;
