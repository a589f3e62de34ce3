import {
  createJsonCodec,
  createMessagePackCodec,
  encodeHandshakeRequest,
  type HubCodec,
  type HubMessage,
  type InvocationMessage,
  MessageType,
} from '@minihub/protocol';
import { type AnyHub, defaultHubLimits, defaultSlowClients, type HubLimits } from '@minihub/server';
import type { HubConnection } from '../../src/connection/hub-connection.ts';
import { HubHost, type HubHostParts } from '../../src/connection/hub-host.ts';
import type { RateGuard } from '../../src/limits/rate-guard.ts';
import { FlushQueue } from '../../src/outbound/flush-queue.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryTransport, type MemoryTransportOptions } from './memory-transport.ts';
import { RecordingLog } from './recording-log.ts';
import { turns } from './turn.ts';

const codecs = { json: createJsonCodec(), messagepack: createMessagePackCodec() };

/** A hub protocol by name. */
export type ProtocolName = keyof typeof codecs;

/** A client that the test plays by hand, over a transport in memory. */
export class MemoryClient {
  readonly transport: MemoryTransport;
  readonly codec: HubCodec;
  readonly id: string;
  #hasHandshake = true;

  constructor(transport: MemoryTransport, protocol: ProtocolName, id: string) {
    this.transport = transport;
    this.codec = codecs[protocol];
    this.id = id;
  }

  /** Sends the handshake request. */
  handshake(version = 1): void {
    this.transport.push(encodeHandshakeRequest({ protocol: this.codec.name, version }));
  }

  /** Sends messages, all in one chunk. */
  send(...messages: readonly HubMessage[]): void {
    this.transport.push(encodeAll(this.codec, messages));
  }

  /** Invokes a method; the completion comes among {@link MemoryClient.received}. */
  invoke(invocationId: string, target: string, ...args: readonly unknown[]): void {
    this.send({ type: MessageType.Invocation, invocationId, target, arguments: args });
  }

  /** The record with which the server answered the handshake. */
  get handshakeResponse(): string | undefined {
    return this.transport.writes[0]?.toString('utf8');
  }

  /** The same client on another transport, where no handshake is made. */
  on(transport: MemoryTransport): MemoryClient {
    const client = new MemoryClient(transport, this.codec.name as ProtocolName, this.id);
    client.#hasHandshake = false;
    return client;
  }

  /** Every message that came, but for the handshake response. */
  get received(): HubMessage[] {
    const decoder = this.codec.createDecoder({ maxMessageBytes: 0 });
    const messages: HubMessage[] = [];
    for (const frame of this.transport.writes.slice(this.#hasHandshake ? 1 : 0)) {
      decoder.push(frame);
      for (let message = decoder.next(); message !== undefined; message = decoder.next()) messages.push(message);
      // Real clients take each frame as complete. signalr.md 1.4
      decoder.end();
    }
    return messages;
  }

  /** The completions that came, by invocation id. */
  get completions(): Record<string, HubMessage> {
    const found: Record<string, HubMessage> = {};
    for (const message of this.received) {
      if (message.type === MessageType.Completion) found[message.invocationId] = message;
    }
    return found;
  }

  /** The calls of callbacks that came: `[name, ...arguments]`. */
  get calls(): unknown[][] {
    return this.received
      .filter((message): message is InvocationMessage => message.type === MessageType.Invocation)
      .map(({ target, arguments: args }) => [target, ...args]);
  }
}

/** Messages as the peer would write them, in one piece. */
export function encodeAll(codec: HubCodec, messages: readonly HubMessage[]): Buffer {
  return Buffer.concat(messages.map((message) => Buffer.from(codec.encode(message) as string)));
}

/** What {@link HubHarness.connect} can be told. */
export interface ConnectOptions extends MemoryTransportOptions {
  readonly user?: string;
  /** The query of the request. */
  readonly query?: string;
  readonly protocol?: ProtocolName;
  /** What watches how often the client sends. */
  readonly guard?: RateGuard | undefined;
  /** False leaves the handshake to the test. @defaultValue true */
  readonly handshake?: boolean;
  /** The version in the handshake. @defaultValue 1 */
  readonly version?: number;
  /** Whether stateful reconnect was agreed on. @defaultValue false */
  readonly isStateful?: boolean;
}

/** A mapped hub without a server and without sockets, in time that the test turns. */
export class HubHarness {
  readonly clock: FakeClock = new FakeClock();
  readonly log: RecordingLog = new RecordingLog();
  readonly flushQueue: FlushQueue = new FlushQueue();
  readonly host: HubHost;
  /** The connection ids that were let go, in order. */
  readonly released: string[] = [];
  /** The connections, by id. */
  readonly connections: Map<string, HubConnection> = new Map();
  #lastId = 0;

  /** @param parts what the host is made of besides */
  constructor(hub: AnyHub, limits: Partial<HubLimits> = {}, detailedErrors = false, parts: Partial<HubHostParts> = {}) {
    this.host = new HubHost({
      hub,
      filters: undefined,
      limits: { ...defaultHubLimits, ...limits },
      detailedErrors,
      statefulReconnect: undefined,
      slowClients: defaultSlowClients,
      identityRefresh: undefined,
      closeOnExpiration: false,
      clock: this.clock,
      log: this.log.log,
      metrics: undefined,
      flushQueue: this.flushQueue,
      ...parts,
    });
  }

  /** Opens a connection; it is in the turn after the handshake when this returns. */
  async connect(options: ConnectOptions = {}): Promise<MemoryClient> {
    const client = this.open(options);
    await turns();
    return client;
  }

  /** The same without waiting. */
  open({
    user,
    query = '',
    protocol = 'json',
    handshake = true,
    version = 1,
    isStateful = false,
    guard,
    ...transportOptions
  }: ConnectOptions = {}): MemoryClient {
    const transport = new MemoryTransport(transportOptions);
    const id = `c${++this.#lastId}`;
    const connection = this.host.accept(transport, {
      id,
      identity: user === undefined ? undefined : { user },
      request: { path: '/hub', query: new URLSearchParams(query), headers: {}, remoteAddress: undefined },
      subprotocol: '',
      isStateful,
      ...(guard === undefined ? undefined : { guard }),
      released: () => this.released.push(id),
    });
    const client = new MemoryClient(transport, protocol, id);
    this.connections.set(id, connection);
    if (handshake) client.handshake(version);
    return client;
  }

  /** Lets time pass as the server does it: a look at each connection each second. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1_000) {
      this.clock.advance(Math.min(1_000, ms - passed));
      this.host.tick(this.clock.now());
    }
    await turns();
  }
}
