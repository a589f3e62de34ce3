import { inspect } from 'node:util';
import type { ConnectRequest, Identity } from '../http/connect-request.ts';
import { inspectAs } from '../inspect-as.ts';
import type { SenparcHelper } from './senparc-handler.ts';
import type { SenparcRoom } from './senparc-room.ts';

/** What a raw connection and a hub connection have in common. */
export interface AnyConnection {
  readonly id: string;
  readonly user: string | undefined;
  readonly identity: Identity | undefined;
  readonly request: ConnectRequest;
  readonly items: Record<string, unknown>;
  readonly signal: AbortSignal;
}

/** The way from a {@link SenparcConnection} to its client. */
export interface SenparcLink {
  readonly via: SenparcHelper['via'];
  send(text: string): Promise<void>;
  close(): void;
}

/** The helper of one connection. */
export class SenparcConnection implements SenparcHelper {
  readonly #room: SenparcRoom;
  readonly #connection: AnyConnection;
  readonly #link: SenparcLink;

  constructor(room: SenparcRoom, connection: AnyConnection, link: SenparcLink) {
    this.#room = room;
    this.#connection = connection;
    this.#link = link;
    inspectAs(
      this,
      () => `SenparcHelper { id: '${this.connectionId}', user: ${inspect(this.user)}, via: '${this.via}' }`,
    );
  }

  get connectionId(): string {
    return this.#connection.id;
  }

  get via(): SenparcHelper['via'] {
    return this.#link.via;
  }

  get user(): string | undefined {
    return this.#connection.user;
  }

  get identity(): Identity | undefined {
    return this.#connection.identity;
  }

  get request(): ConnectRequest {
    return this.#connection.request;
  }

  get items(): Record<string, unknown> {
    return this.#connection.items;
  }

  get signal(): AbortSignal {
    return this.#connection.signal;
  }

  async sendMessage(text: string): Promise<void> {
    await this.#link.send(text);
  }

  async sendMessageToOthers(text: string): Promise<void> {
    await this.#room.sendToAll(text, [this.connectionId]);
  }

  async sendMessageToAll(text: string): Promise<void> {
    await this.#room.sendToAll(text);
  }

  close(): void {
    this.#link.close();
  }
}
