import { HttpTransportType, type HubConnection, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { expect } from 'vitest';
import type { RunningServer } from './start-server.ts';

/** A healthy client on the same server, which must not notice what others do to it. */
export class Neighbour implements AsyncDisposable {
  readonly #server: RunningServer;
  readonly #connection: HubConnection;
  readonly #id: unknown;
  #troubles = 0;

  private constructor(server: RunningServer, connection: HubConnection, id: unknown) {
    this.#server = server;
    this.#connection = connection;
    this.#id = id;
    connection.onclose(() => this.#troubles++);
  }

  /** Connects one to the hub at `path`, which must have the methods `id` and `add`. */
  static async moveIn(server: RunningServer, path = '/hub'): Promise<Neighbour> {
    const connection = new HubConnectionBuilder()
      .withUrl(server.url(path), { skipNegotiation: true, transport: HttpTransportType.WebSockets })
      .configureLogging(LogLevel.None)
      .build();
    await connection.start();
    return new Neighbour(server, connection, await connection.invoke('id'));
  }

  /** Checks that it was not disturbed, and that nobody else is left on the server. */
  async hasNotNoticed(): Promise<void> {
    expect(await this.#connection.invoke('id')).toBe(this.#id);
    expect(await this.#connection.invoke('add', 20, 22)).toBe(42);
    expect(this.#troubles).toBe(0);
    await expect.poll(() => this.#server.hubs.connectionCount).toBe(1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.stop();
  }
}
