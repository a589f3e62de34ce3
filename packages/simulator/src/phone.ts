import type { SimulatorClock } from './clock.ts';
import { realClock } from './clock.ts';
import type { FailureKind } from './failure-texts.ts';
import { JsThread } from './js-thread.ts';
import { ListenerSet } from './listener-set.ts';
import { type ConnectRequest, NativeSocket, type NativeSocketEvents } from './native-socket.ts';
import { PhoneApp } from './phone-app.ts';
import { PhoneNetwork } from './phone-network.ts';
import { defaultQuirks, type PhonePlatform, type PhoneQuirks } from './phone-quirks.ts';
import { createRandom } from './random.ts';
import { type Routes, routed } from './routes.ts';
import type { SocketDriver } from './socket-driver.ts';
import type { SocketTraffic } from './socket-traffic.ts';

/** Options of a simulated phone. */
export interface PhoneOptions {
  /** @defaultValue 'android' */
  readonly platform?: PhonePlatform;
  /** Version of WeChat's base library, as `wx` reports it. @defaultValue '3.17.0' */
  readonly baseLibrary?: string;
  /** Seed of everything that happens by chance. @defaultValue 1 */
  readonly seed?: number;
  /** @defaultValue the host's time */
  readonly clock?: SimulatorClock;
  /** @defaultValue 'wx0000000000000000' */
  readonly appId?: string;
  /** The part of the Referer that says which version runs: '0', 'devtools' or a release. @defaultValue '0' */
  readonly appVersion?: string;
  /** Hosts that sockets and requests may reach. Left out: every host. */
  readonly domains?: readonly string[];
  /** Whether `ws:` and `http:` are refused, as on a phone. @defaultValue false, since test servers speak ws */
  readonly wssOnly?: boolean;
  /** Where an address really leads, by what it begins with: `{ 'wss://example.com': 'ws://127.0.0.1:8080' }`. */
  readonly routes?: Routes;
  /** Opens the real connections. @defaultValue `ws` */
  readonly socketDriver?: SocketDriver;
  /** Sends the real requests. @defaultValue the host's `fetch` */
  readonly fetch?: typeof fetch;
  /** Overrides of the platform's quirks. */
  readonly quirks?: Partial<PhoneQuirks>;
}

/** The global socket events of `wx`. */
export interface GlobalSocketEvents {
  readonly open: ListenerSet<{ header: object }>;
  readonly message: ListenerSet<{ data: string | ArrayBuffer }>;
  readonly error: ListenerSet<{ errMsg: string }>;
  readonly close: ListenerSet<{ code: number; reason: string }>;
}

/** A simulated phone: its app, its network, its sockets and its time. The shapes (`wx`, `my`…) stand on it. */
export class Phone {
  readonly platform: PhonePlatform;
  readonly baseLibrary: string;
  readonly clock: SimulatorClock;
  readonly quirks: PhoneQuirks;
  readonly random: () => number;
  readonly thread: JsThread;
  readonly app: PhoneApp;
  readonly network: PhoneNetwork;
  /** @internal */
  readonly globalSocket: GlobalSocketEvents = {
    open: new ListenerSet(),
    message: new ListenerSet(),
    error: new ListenerSet(),
    close: new ListenerSet(),
  };
  readonly appId: string;
  /** Everything that happens on the sockets, as it happens. */
  readonly traffic: ListenerSet<SocketTraffic> = new ListenerSet();
  /** @internal */
  readonly socketDriver: SocketDriver;
  /** @internal */
  readonly fetch: typeof fetch;
  #options: PhoneOptions;
  #all: NativeSocket[] = [];
  #lastId = 0;
  #sendFailures: string[] = [];
  /** Depth of onClose callbacks that run now. */
  #inClose = 0;

  constructor(options: PhoneOptions & { readonly socketDriver: SocketDriver }) {
    this.#options = options;
    this.socketDriver = options.socketDriver;
    this.fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.platform = options.platform ?? 'android';
    this.baseLibrary = options.baseLibrary ?? '3.17.0';
    this.clock = options.clock ?? realClock;
    this.quirks = { ...defaultQuirks[this.platform], ...options.quirks };
    this.random = createRandom(options.seed ?? 1);
    this.appId = options.appId ?? 'wx0000000000000000';
    this.thread = new JsThread(this.clock);
    this.app = new PhoneApp(this);
    this.network = new PhoneNetwork(this);
  }

  /** The sockets that count towards the limit, oldest first. */
  get sockets(): readonly NativeSocket[] {
    return this.#all.filter((socket) => socket.alive);
  }

  /** The Referer that no mini program can change. */
  get referer(): string {
    const version = this.#options.appVersion ?? (this.platform === 'devtools' ? 'devtools' : '0');
    return `https://servicewechat.com/${this.appId}/${version}/page-frame.html`;
  }

  /** Where an address really leads. */
  route(url: string): string {
    return routed(this.#options.routes ?? {}, url);
  }

  /** Makes the next sends fail with this text. */
  failSends(errMsg = 'sendSocketMessage:fail taskID not exist', times = 1): void {
    for (let i = 0; i < times; i++) this.#sendFailures.push(errMsg);
  }

  /** @internal */
  takeSendFailure(): string | undefined {
    return this.#sendFailures.shift();
  }

  /** What forbids an address before any packet is sent. */
  refusal(url: string, schemes: { readonly secure: string; readonly plain: string }): FailureKind | undefined {
    const match = /^(\w+):\/\/([^/?#:]+)/.exec(url);
    if (match === null) return 'invalid-url';
    const [, scheme, host = ''] = match;
    if (scheme !== schemes.secure && (scheme !== schemes.plain || this.#options.wssOnly === true)) return 'invalid-url';
    if (this.app.state !== 'foreground') return 'interrupted';
    return this.#options.domains?.includes(host) === false ? 'domain' : undefined;
  }

  /** @internal Opens a native socket, or one that will report why it cannot be opened. */
  connect(request: ConnectRequest, events: NativeSocketEvents): NativeSocket {
    const full = this.sockets.length >= this.quirks.maxSockets;
    const refusal = full ? 'limit' : this.network.takeFailure();
    const socket = new NativeSocket(this, ++this.#lastId, request, {
      ...events,
      close: (code, reason) => {
        this.#inClose++;
        try {
          events.close(code, reason);
        } finally {
          this.#inClose--;
        }
      },
    });
    if (this.quirks.connectInCloseIsDead && this.#inClose > 0) return socket;
    this.#all = this.#all.filter((other) => other.alive);
    this.#all.push(socket);
    this.#everMade.push(socket);
    socket.connect(refusal);
    return socket;
  }

  #everMade: NativeSocket[] = [];

  /** Ends every real socket, those too of which the server was told nothing. */
  releaseSockets(): void {
    for (const socket of this.#everMade) socket.forget();
    this.#everMade = [];
    this.#all = [];
  }
}
