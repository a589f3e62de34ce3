import { MessageType } from '@minihub/protocol';
import type { Caller, CallLimits, CallScope } from '../dispatch/caller.ts';
import { Calls } from '../dispatch/calls.ts';
import { ClientResults } from '../dispatch/client-results.ts';
import { describeError } from '../dispatch/describe-error.ts';
import type { InvokeChain } from '../filters/filter-chain.ts';
import type { AskOptions } from '../hub/hub-clients.ts';
import type { HubContext } from '../hub/hub-context.ts';
import type { Log } from '../log.ts';
import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import type { CallMessage } from '../session/hub-session.ts';
import { CallContext } from './call-context.ts';
import type { HubConnection } from './hub-connection.ts';

/**
 * What a client and the hub ask of each other, in both directions; made for the first question. It is the connection as
 * its calls see it: what they answer becomes messages here.
 */
export class HubExchange implements Caller {
  readonly #connection: HubConnection;
  readonly #calls: Calls;
  #results: ClientResults | undefined;

  constructor(connection: HubConnection) {
    this.#connection = connection;
    this.#calls = new Calls(this, connection.host.methods);
  }

  /** Whether nothing more may be read from this client for now. */
  get isBlocked(): boolean {
    return this.#calls.isBlocked;
  }

  /** Whether a plain method runs or waits for its turn. */
  get isBusy(): boolean {
    return this.#calls.isBusy;
  }

  /** Calls that wait for their turn. */
  get waiting(): number {
    return this.#calls.waiting;
  }

  /** Takes a message from the client. */
  take(message: CallMessage): void {
    // Both sides choose ids, and may choose the same one: the client's stream goes first, as in ASP.NET.
    const isAnswer = message.type === MessageType.Completion && !this.#calls.hasUpload(message.invocationId);
    if (!isAnswer || !this.#results?.complete(message)) this.#calls.handle(message);
  }

  /** Calls a callback of the client and waits for its result. */
  ask(callback: string, args: readonly unknown[], options: AskOptions): Promise<unknown> {
    const connection = this.#connection;
    this.#results ??= new ClientResults(connection.id, connection.host.deadlines);
    if (connection.isUnlisted) this.#results.end();
    return this.#results.ask((invocationId) => {
      connection.sendOwn({ type: MessageType.Invocation, invocationId, target: callback, arguments: args });
    }, options);
  }

  /** The connection is over: nobody is answered any more, on either side. */
  lose(): void {
    this.#results?.end();
    this.#calls.lose();
  }

  /** Forgets the calls that wait for their turn. */
  dropWaiting(): void {
    this.#calls.dropWaiting();
  }

  // ---- the connection, as its calls see it ------------------------------------------------------------------------

  get id(): string {
    return this.#connection.id;
  }

  get limits(): CallLimits {
    return this.#connection.host.limits;
  }

  get log(): Log {
    return this.#connection.host.log;
  }

  get metrics(): EndpointMetrics | undefined {
    return this.#connection.host.metrics;
  }

  get invokeChain(): InvokeChain | undefined {
    return this.#connection.host.filters?.invoke;
  }

  contextFor(scope: CallScope): HubContext<unknown, unknown> {
    return new CallContext(this.#connection, scope);
  }

  complete(invocationId: string | undefined, error?: string): void {
    if (invocationId === undefined) return;
    const { Completion: type } = MessageType;
    this.#connection.sendOwn(error === undefined ? { type, invocationId } : { type, invocationId, error });
  }

  completeWith(invocationId: string, result: unknown): void {
    this.#connection.sendOwn({ type: MessageType.Completion, invocationId, result });
  }

  sendItem(invocationId: string, item: unknown): void {
    this.#connection.sendOwn({ type: MessageType.StreamItem, invocationId, item });
  }

  whenWritable(): Promise<void> | undefined {
    return this.#connection.whenWritable();
  }

  describe(prefix: string, error: unknown): string {
    return describeError(prefix, error, this.#connection.host.detailedErrors);
  }

  callMoved(): void {
    this.#connection.proceed();
  }

  uploadHasRoom(): void {
    this.#connection.pump();
  }
}
