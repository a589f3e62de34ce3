import { inspect } from 'node:util';
import type { ConnectRequest, Identity } from '../http/connect-request.ts';
import { type MiniProgram, parseMiniProgram } from '../http/mini-program.ts';
import type { HubConnectionInfo } from '../hub/hub-context.ts';
import { inspectAs } from '../inspect-as.ts';
import type { HubConnection } from './hub-connection.ts';

/** The face of a connection towards hub code: what may be known, and nothing that could break the connection. */
export class ConnectionInfo implements HubConnectionInfo {
  readonly #connection: HubConnection;
  readonly items: Record<string, unknown> = {};

  constructor(connection: HubConnection) {
    this.#connection = connection;
    // No token and no header: this ends up in logs.
    inspectAs(
      this,
      () => `HubConnection { id: '${this.id}', user: ${inspect(this.user)}, transport: '${this.transport}' }`,
    );
  }

  get id(): string {
    return this.#connection.id;
  }

  get user(): string | undefined {
    return this.#connection.user;
  }

  get identity(): Identity | undefined {
    return this.#connection.identity;
  }

  get request(): ConnectRequest {
    return this.#connection.opening.request;
  }

  get miniProgram(): MiniProgram | undefined {
    return parseMiniProgram(this.request.headers.referer);
  }

  get protocol(): string {
    return this.#connection.protocol;
  }

  get transport(): string {
    return this.#connection.transportName;
  }

  get resumes(): number {
    return this.#connection.resumes;
  }

  get signal(): AbortSignal {
    return this.#connection.signal;
  }

  abort(): void {
    this.#connection.disconnect({});
  }
}
