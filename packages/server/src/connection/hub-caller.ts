import { MessageType } from '@minihub/protocol';
import type { Caller, CallLimits, CallScope } from '../dispatch/caller.ts';
import { describeError } from '../dispatch/describe-error.ts';
import type { InvokeChain } from '../filters/filter-chain.ts';
import type { HubContext } from '../hub/hub-context.ts';
import type { Log } from '../log.ts';
import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import { EncodedMessage } from '../outbound/encoded-message.ts';
import { CallContext } from './call-context.ts';
import type { HubConnection } from './hub-connection.ts';

/** A connection as its calls see it: what they answer becomes messages here. */
export class HubCaller implements Caller {
  readonly #connection: HubConnection;

  constructor(connection: HubConnection) {
    this.#connection = connection;
  }

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
    const message = error === undefined ? { type, invocationId } : { type, invocationId, error };
    this.#connection.send(new EncodedMessage(message));
  }

  completeWith(invocationId: string, result: unknown): void {
    this.#connection.send(new EncodedMessage({ type: MessageType.Completion, invocationId, result }));
  }

  sendItem(invocationId: string, item: unknown): void {
    this.#connection.send(new EncodedMessage({ type: MessageType.StreamItem, invocationId, item }));
  }

  whenWritable(): Promise<void> | undefined {
    return this.#connection.whenWritable();
  }

  describe(prefix: string, error: unknown): string {
    return describeError(prefix, error, this.#connection.host.detailedErrors);
  }

  callEnded(): void {
    this.#connection.callEnded();
  }

  uploadHasRoom(): void {
    this.#connection.uploadHasRoom();
  }
}
