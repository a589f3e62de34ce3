import type { HubHandle } from '../hub-handle.ts';
import { inspectAs } from '../inspect-as.ts';
import type { RawEndpoint } from '../raw/raw-endpoint.ts';
import type { SenparcRoom } from './senparc-room.ts';

/** A registered Senparc handler, seen from outside: from an HTTP route, a job, a message queue. */
export class SenparcEndpoint<Client> {
  readonly #room: SenparcRoom;

  /** @internal Use {@link mapSenparc}. */
  constructor(room: SenparcRoom) {
    this.#room = room;
    inspectAs(this, () => `SenparcEndpoint { connections: ${this.connectionCount} }`);
  }

  /** Connections on all paths of the registration. */
  get connectionCount(): number {
    return this.#room.connectionCount;
  }

  /** The raw endpoints, in the order of `webSocketPath`. */
  get webSockets(): readonly RawEndpoint[] {
    return this.#room.webSockets;
  }

  /** The hubs, in the order of `hubPath`. */
  get hubs(): readonly HubHandle<Client>[] {
    return this.#room.hubs as readonly HubHandle<unknown>[] as readonly HubHandle<Client>[];
  }

  /** Sends a text to every client, on all paths, raw and hub. Fulfilled when it is in the outbound queues. */
  async sendMessageToAll(text: string): Promise<void> {
    await this.#room.sendToAll(text);
  }
}
