import type { HubHandle } from '../hub-handle.ts';
import type { RawEndpoint } from '../raw/raw-endpoint.ts';

/** The callbacks that any name can be sent with. */
export type JsonCallbacks = Readonly<Record<string, (json: string) => void>>;

/** How a {@link SenparcRoom} writes. */
export interface SenparcWriting {
  readonly callbackName: string;
  readonly now: () => Date;
  readonly formatTime: (time: Date) => string;
}

/** Everybody who is reached by one registration: the clients of its raw paths and of its hub paths. */
export class SenparcRoom {
  readonly webSockets: RawEndpoint[] = [];
  readonly hubs: HubHandle<JsonCallbacks>[] = [];
  readonly #writing: SenparcWriting;

  constructor(writing: SenparcWriting) {
    this.#writing = writing;
  }

  get connectionCount(): number {
    return [...this.webSockets, ...this.hubs].reduce((sum, { connectionCount }) => sum + connectionCount, 0);
  }

  /** The JSON that carries a text. */
  write(text: string): string {
    const { now, formatTime } = this.#writing;
    return JSON.stringify({ content: text, time: formatTime(now()) });
  }

  /** Sends to one client of the hub with that index. */
  async sendToHubClient(index: number, connectionId: string, text: string): Promise<void> {
    await this.hubs[index]?.clients.client(connectionId).send(this.#writing.callbackName, this.write(text));
  }

  /** Sends to everybody but some. */
  async sendToAll(text: string, except: readonly string[] = []): Promise<void> {
    const json = this.write(text);
    for (const endpoint of this.webSockets) endpoint.broadcast(json, { except });
    await Promise.all(this.hubs.map(({ clients }) => clients.allExcept(except).send(this.#writing.callbackName, json)));
  }
}
