import type { ClientErrorCode, HubConnectionOptions, StateChange } from '@minihub/client';
import { type HubMessage, MinihubError } from '@minihub/protocol';
import type { EngineSettings } from '../../../src/hub/engine-needs.ts';
import { readNumbers } from '../../../src/hub/engine-settings.ts';
import { HubEngine } from '../../../src/hub/hub-engine.ts';
import { jsonCodec } from '../../../src/hub/json-codec.ts';
import type { PhoneEvents } from '../../../src/hub/phone-watch.ts';
import type { Transport, TransportEvents, TransportTarget } from '../../../src/hub/transports/transport.ts';
import { FakeTimers, settle } from './fake-timers.ts';

/** An error as a transport reports it. */
export function scriptedError(code: ClientErrorCode): MinihubError {
  return new MinihubError(code, 'scripted');
}

/** One transport of a test: what the client did, and the means to play the server. */
export class ScriptedTransport implements Transport {
  readonly target: TransportTarget;
  readonly events: TransportEvents;
  /** Parsed records, the handshake too. */
  readonly sent: Record<string, unknown>[] = [];
  closed: false | 'to resume' | 'for good' = false;
  queued = 0;

  constructor(target: TransportTarget, events: TransportEvents) {
    this.target = target;
    this.events = events;
  }

  send(data: string | Uint8Array): void {
    for (const record of String(data).split('\u001e')) if (record !== '') this.sent.push(JSON.parse(record));
  }

  close(toResume: boolean): void {
    this.closed = toResume ? 'to resume' : 'for good';
  }

  bufferedBytes(): number {
    return this.queued;
  }

  /** Opens and answers the handshake. */
  accept(): void {
    this.events.opened();
    this.receive('{}');
  }

  receive(...records: (string | HubMessage)[]): void {
    this.events.received(
      records.map((record) => `${typeof record === 'string' ? record : JSON.stringify(record)}\u001e`).join(''),
    );
  }

  drop(code: ClientErrorCode = 'MH_CLIENT_NETWORK', closeCode = 1006): void {
    this.events.closed(scriptedError(code), closeCode);
  }

  /** Sent messages of the calls: no handshake, pings or acks. */
  get calls(): Record<string, unknown>[] {
    return this.sent.filter(({ type }) => typeof type === 'number' && type < 6);
  }
}

/** A phone whose events a test fires. */
export class ScriptedPhone implements PhoneEvents {
  private readonly listeners: { [event: string]: ((argument?: never) => void)[] } = {};
  onAppShow = (listener: () => void): void => this.add('show', listener);
  onAppHide = (listener: () => void): void => this.add('hide', listener);
  onNetworkStatusChange = (listener: (status: never) => void): void => this.add('network', listener);

  fire(event: 'show' | 'hide' | 'network', argument?: { isConnected: boolean; networkType: string }): void {
    for (const listener of this.listeners[event] ?? []) listener(argument as never);
  }

  private add(event: string, listener: (argument: never) => void): void {
    this.listeners[event] = (this.listeners[event] ?? []).concat(listener as never);
  }
}

/** An engine on scripted transports and a fake clock. */
export function scriptedHub(options: HubConnectionOptions = {}, more: Partial<EngineSettings> = {}) {
  const timers = new FakeTimers();
  const phone = new ScriptedPhone();
  const transports: ScriptedTransport[] = [];
  const errors: { error: unknown; stage: string }[] = [];
  const engine = new HubEngine({
    ...readNumbers(options),
    url: 'wss://hub.test/chat',
    accessToken: options.accessToken,
    tokenInQuery: false,
    headers: {},
    http: undefined,
    statefulReconnect: false,
    codec: jsonCodec,
    binary: false,
    transports: {
      WebSockets: (target, events) => {
        const transport = new ScriptedTransport(target, events);
        transports.push(transport);
        return transport;
      },
    },
    reconnect: () => 1_000,
    retryFirstStart: true,
    queueing: options.whileAway !== 'refuse',
    platform: phone,
    timers,
    random: () => 0.5,
    report: (error, { stage }) => errors.push({ error, stage }),
    ...more,
  });
  const changes: StateChange[] = [];
  engine.onStateChange((change) => changes.push(change));
  return {
    engine,
    timers,
    phone,
    transports,
    errors,
    changes,
    /** The newest transport. */
    get wire(): ScriptedTransport {
      return transports[transports.length - 1] as ScriptedTransport;
    },
    /** Starts and lets the server accept. */
    async connect(): Promise<void> {
      const started = engine.start();
      await settle();
      this.wire.accept();
      await started;
    },
  };
}
