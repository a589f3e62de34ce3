import { inspectAs } from '../inspect-as.ts';
import { cutCloseReason } from './close-reason.ts';
import { assertCloseCode } from './raw-connection.ts';
import type { RawConnection, RawSendOptions } from './raw-handler.ts';
import type { RawHost } from './raw-host.ts';

/** Who gets a {@link RawEndpoint.broadcast}. */
export interface RawBroadcastOptions extends RawSendOptions {
  /** The ids of connections that do not get it. @defaultValue none */
  readonly except?: readonly string[];
}

/** How {@link RawEndpoint.disconnectAll} ends connections. */
export interface RawDisconnectOptions {
  /** 1000, or one of the application's own from 3000 to 4999. @defaultValue 1000 */
  readonly code?: number;
  /** At most 123 bytes of UTF-8; longer ones are cut between two characters. @defaultValue empty */
  readonly reason?: string;
}

const nobody: ReadonlySet<string> = new Set();
const normalClosure = 1000;

/** A mapped raw endpoint: its connections, and what can be done to all of them. Made by `hubs.mapRaw`. */
export class RawEndpoint {
  readonly #host: RawHost;

  /** @internal Use `hubs.mapRaw`. */
  constructor(host: RawHost) {
    this.#host = host;
    inspectAs(this, () => `RawEndpoint { connections: ${this.connectionCount} }`);
  }

  /** The connections, by id. The map is alive: connections come and go in it. */
  get connections(): ReadonlyMap<string, RawConnection> {
    return this.#host.connections;
  }

  /** How many connections there are. */
  get connectionCount(): number {
    return this.#host.connections.size;
  }

  /**
   * Sends a message to every connection, and says to how many. It is framed once for all of them.
   * @throws MH_SERVER_INVALID_OPTION
   * @example endpoint.broadcast('Hello, others', { except: [connection.id] });
   */
  broadcast(data: string | Uint8Array, options: RawBroadcastOptions = {}): number {
    const { except, ...sendOptions } = options;
    return this.#host.broadcast(data, except === undefined ? nobody : new Set(except), sendOptions);
  }

  /**
   * Ends every connection, and says how many there were.
   * @throws MH_SERVER_INVALID_OPTION for a code that is not an application's to send
   */
  disconnectAll(options: RawDisconnectOptions = {}): number {
    const { code = normalClosure, reason = '' } = options;
    assertCloseCode(code);
    return this.#host.disconnectAll(code, cutCloseReason(reason));
  }
}
