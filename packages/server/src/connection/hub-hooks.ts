import type { MinihubError } from '@minihub/protocol';
import type { CallScope } from '../dispatch/caller.ts';
import type { DisconnectInfo, HubContext } from '../hub/hub-context.ts';
import { publicErrorOf } from '../hub/hub-error.ts';
import type { LogEvent } from '../log.ts';
import { CallContext } from './call-context.ts';
import type { HubConnection } from './hub-connection.ts';

const nothing = (): void => {};

/** What is known of a connection's end. */
export interface EndOfConnection extends Pick<DisconnectInfo, 'cause' | 'groups'> {
  readonly error: MinihubError | undefined;
}

/**
 * The hooks of one connection: what the hub's author wants to know of its life. None of them can break it.
 * Made for hubs that have any, or filters.
 */
export class HubHooks {
  readonly #connection: HubConnection;
  #connected: 'not yet' | 'running' | 'done' | 'failed' = 'not yet';

  /** Those of a connection; `undefined` when there are none. */
  static of(connection: HubConnection): HubHooks | undefined {
    const { hub, filters } = connection.host;
    const hasHooks =
      hub.connected !== undefined ||
      hub.disconnected !== undefined ||
      hub.resumed !== undefined ||
      hub.authenticationRefreshed !== undefined;
    const hasFilters = filters?.connected !== undefined || filters?.disconnected !== undefined;
    return hasHooks || hasFilters ? new HubHooks(connection) : undefined;
  }

  private constructor(connection: HubConnection) {
    this.#connection = connection;
  }

  /** Whether `connected` has begun and not ended: nothing is read from the client meanwhile. */
  get isConnecting(): boolean {
    return this.#connected === 'running';
  }

  /** Runs `connected` and the filters around it, and tells the connection. Without either, nothing is told. */
  connected(): void {
    const { hub, filters } = this.#connection.host;
    const { connected } = hub;
    const chain = filters?.connected;
    if (connected === undefined && chain === undefined) {
      this.#connected = 'done';
      return;
    }
    this.#connected = 'running';
    const hook = connected ?? nothing;
    this.#run((context) => (chain === undefined ? hook(context) : chain(context, hook))).then(
      () => {
        this.#connected = 'done';
        this.#connection.proceed();
      },
      (error: unknown) => {
        this.#connected = 'failed';
        this.#logConnected(error);
        this.#connection.connectedFailed(error);
      },
    );
  }

  /** Runs `disconnected` and the filters around it, unless `connected` failed or never ran; then calls back, in any case. */
  disconnected({ cause, error, groups }: EndOfConnection, whenDone: () => void): void {
    const { hub, filters } = this.#connection.host;
    const { disconnected } = hub;
    const chain = filters?.disconnected;
    if ((disconnected === undefined && chain === undefined) || this.#connected !== 'done') {
      whenDone();
      return;
    }
    const info: DisconnectInfo = error === undefined ? { cause, groups } : { cause, groups, error };
    const hook = disconnected ?? nothing;
    void this.#run((context) => (chain === undefined ? hook(context, info) : chain(context, info, hook)))
      .catch((error: unknown) => this.#log('disconnectedThrew', error))
      .then(whenDone);
  }

  /** Runs `resumed`; nothing waits for it. */
  resumed(): void {
    const { resumed } = this.#connection.host.hub;
    if (resumed !== undefined) this.#run(resumed).catch((error: unknown) => this.#log('resumedThrew', error));
  }

  /** Runs `authenticationRefreshed`; nothing waits for it. */
  authenticationRefreshed(): void {
    const { authenticationRefreshed } = this.#connection.host.hub;
    if (authenticationRefreshed === undefined) return;
    this.#run(authenticationRefreshed).catch((error: unknown) => this.#log('authenticationRefreshedThrew', error));
  }

  async #run(hook: (context: HubContext<unknown, unknown>) => unknown): Promise<void> {
    await hook(new CallContext(this.#connection, this.#scope));
  }

  get #scope(): CallScope {
    const connection = this.#connection;
    return {
      get signal() {
        return connection.signal;
      },
      headers: {},
      releaseSlot() {},
    };
  }

  /** Who is turned away on purpose is no trouble of the server's. */
  #logConnected(error: unknown): void {
    if (publicErrorOf(error) === undefined) this.#log('connectedThrew', error);
    else this.#connection.log('hubErrorThrown', { connectionId: this.#connection.id, target: 'connected', error });
  }

  #log(event: LogEvent, error: unknown): void {
    this.#connection.log(event, { connectionId: this.#connection.id, error });
  }
}
