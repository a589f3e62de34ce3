import type { MinihubError } from '@minihub/protocol';
import type { CallScope } from '../dispatch/caller.ts';
import type { FilterChain } from '../filters/filter-chain.ts';
import type { AnyHub } from '../hub/define-hub.ts';
import type { DisconnectInfo, HubContext } from '../hub/hub-context.ts';
import type { LogEvent } from '../log.ts';
import { CallContext } from './call-context.ts';
import type { HubConnection } from './hub-connection.ts';

const nothing = (): void => {};

/** What is known of a connection's end. */
interface EndOfConnection extends Pick<DisconnectInfo, 'cause' | 'groups'> {
  readonly error: MinihubError | undefined;
}

/** The hooks of one connection: what the hub's author wants to know of its life. None of them can break it. */
export class HubHooks {
  readonly #connection: HubConnection;
  readonly #hub: AnyHub;
  readonly #filters: FilterChain | undefined;
  #connected: 'not yet' | 'running' | 'done' | 'failed' = 'not yet';

  constructor(connection: HubConnection, hub: AnyHub) {
    this.#connection = connection;
    this.#hub = hub;
    this.#filters = connection.host.filters;
  }

  /** Whether `connected` has begun and not ended: nothing is read from the client meanwhile. */
  get isConnecting(): boolean {
    return this.#connected === 'running';
  }

  /** Runs `connected` and the filters around it. Without either, nothing is called back. */
  connected(whenDone: () => void, whenFailed: (error: unknown) => void): void {
    const { connected } = this.#hub;
    const chain = this.#filters?.connected;
    if (connected === undefined && chain === undefined) {
      this.#connected = 'done';
      return;
    }
    this.#connected = 'running';
    const hook = connected ?? nothing;
    this.#run((context) => (chain === undefined ? hook(context) : chain(context, hook))).then(
      () => {
        this.#connected = 'done';
        whenDone();
      },
      (error: unknown) => {
        this.#connected = 'failed';
        this.#log('connectedThrew', error);
        whenFailed(error);
      },
    );
  }

  /** Runs `disconnected` and the filters around it, unless `connected` failed or never ran; then calls back, in any case. */
  disconnected({ cause, error, groups }: EndOfConnection, whenDone: () => void): void {
    const { disconnected } = this.#hub;
    const chain = this.#filters?.disconnected;
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
    const { resumed } = this.#hub;
    if (resumed !== undefined) this.#run(resumed).catch((error: unknown) => this.#log('resumedThrew', error));
  }

  /** Runs `authenticationRefreshed`; nothing waits for it. */
  authenticationRefreshed(): void {
    const { authenticationRefreshed } = this.#hub;
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

  #log(event: LogEvent, error: unknown): void {
    this.#connection.log(event, { connectionId: this.#connection.id, error });
  }
}
