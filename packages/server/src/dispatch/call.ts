import { type InvocationMessage, invocationErrors, type StreamInvocationMessage } from '@minihub/protocol';
import type { HubContext } from '../hub/hub-context.ts';
import { publicErrorOf } from '../hub/hub-error.ts';
import { isUpload } from '../hub/hub-method.ts';
import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import type { RefusalReason } from '../metrics/metric-table.ts';
import { type BoundArguments, bindArguments } from './bind-arguments.ts';
import type { Caller, CallScope } from './caller.ts';
import type { Slot } from './invocation-slots.ts';
import { ItemPump } from './item-pump.ts';
import type { MethodEntry } from './method-table.ts';
import type { UploadStream } from './upload-stream.ts';

const noArguments: readonly unknown[] = [];
const noHeaders: Readonly<Record<string, string>> = Object.freeze({});

/** How a call ended: the values of the attribute `minihub.outcome`. */
type CallOutcome = 'ok' | 'hub_error' | 'error' | 'refused' | 'canceled';

/** A message that starts a call. */
export type CallStart = InvocationMessage | StreamInvocationMessage;

/** Who keeps the calls of a client. */
export interface CallOwner {
  readonly caller: Caller;
  /** The call is over. Called once. */
  callOver(call: Call): void;
}

/** One invocation of a hub method, from its turn to its completion. */
export class Call implements CallScope {
  readonly message: CallStart;
  /** The streams that the client fills for this call. */
  readonly uploads: readonly UploadStream[];
  /** Whether its owner has it in a list. What ends in the turn in which it starts needs no place there. */
  isListed = false;
  readonly #owner: CallOwner;
  readonly #caller: Caller;
  readonly #entry: MethodEntry;
  #abort: AbortController | undefined;
  #slot: Slot | undefined;
  #pump: ItemPump | undefined;
  #isCancelled = false;
  #isLost = false;
  #isOver = false;
  // For the metrics.
  #startedMs = 0;
  #outcome: CallOutcome = 'ok';

  constructor(
    owner: CallOwner,
    what: { readonly entry: MethodEntry; readonly message: CallStart; readonly uploads: readonly UploadStream[] },
  ) {
    this.#owner = owner;
    this.#caller = owner.caller;
    this.#entry = what.entry;
    this.message = what.message;
    this.uploads = what.uploads;
  }

  /** Whether it has been answered, or needs no answer any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.message.headers ?? noHeaders;
  }

  // Made on demand: most methods never look at it.
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#isCancelled || this.#isLost) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  releaseSlot(): void {
    const slot = this.#slot;
    this.#slot = undefined;
    slot?.release();
  }

  /** It is this call's turn. */
  start(slot: Slot): void {
    this.#slot = slot;
    this.#startedMs = this.#caller.metrics?.now() ?? 0;
    // Cancelled in the same chunk that started it, or a stream that nobody will read.
    if (this.#isCancelled || (this.#isLost && this.#entry.kind === 'stream')) {
      this.#finish();
      return;
    }
    if (this.#entry.authorize === undefined) this.#bind();
    else void this.#authorize(this.#entry.authorize);
  }

  async #authorize(authorize: NonNullable<MethodEntry['authorize']>): Promise<void> {
    let isAllowed = false;
    try {
      isAllowed = await authorize(this.#caller.contextFor(this));
    } catch (error) {
      this.#caller.log('methodThrew', this.#about(error));
    }
    if (isAllowed) {
      this.#bind();
      return;
    }
    this.#caller.log('unauthorizedCall', { connectionId: this.#caller.id, target: this.message.target });
    this.#refuse('method_unauthorized', invocationErrors.unauthorized(this.message.target));
  }

  #bind(): void {
    const given = this.message.arguments;
    // Nobody needs more than what the validators let through. The rest may be large, and a stream may live for long.
    (this.message as { arguments: readonly unknown[] }).arguments = noArguments;
    const bound = bindArguments(this.#entry.argumentSchemas, given);
    // It never rejects: a validator that throws has found an issue.
    if (bound instanceof Promise) void bound.then((arguments_) => this.#invoke(arguments_));
    else this.#invoke(bound);
  }

  /** The client does not want the answer any more. A stream ends; a method is told, and still completes. */
  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#abort?.abort();
    this.#pump?.cancel();
  }

  /**
   * The connection is over. A method that waits for its turn still runs, because the client may have sent it and
   * left; nobody is answered. Streams end.
   */
  lose(): void {
    this.#isLost = true;
    this.#abort?.abort();
    this.#pump?.cancel();
  }

  #invoke(bound: BoundArguments): void {
    if (bound.error !== undefined) {
      const { target } = this.message;
      this.#caller.log('bindingFailed', { connectionId: this.#caller.id, target, issues: bound.issues });
      this.#refuse('invalid_arguments', this.#caller.describe(invocationErrors.bindFailure(target), bound.error));
      return;
    }
    try {
      const result = this.#run(this.#caller.contextFor(this), this.#inOrder(bound.values));
      if (isThenable(result)) {
        result.then(
          (value) => this.#returned(value),
          (error: unknown) => this.#threw(error),
        );
      } else {
        this.#returned(result);
      }
    } catch (error) {
      this.#threw(error);
    }
  }

  #run(context: HubContext<unknown, unknown>, args: readonly unknown[]): unknown {
    const { handler, name, kind, isBuiltIn } = this.#entry;
    const chain = this.#caller.invokeChain;
    if (chain === undefined || isBuiltIn) return handler(context, ...args);
    return chain({ method: name, kind, context, arguments: args }, handler);
  }

  /** Arguments and uploads, each in its place. */
  #inOrder(values: readonly unknown[]): readonly unknown[] {
    if (this.uploads.length === 0) return values;
    let nextValue = 0;
    let nextUpload = 0;
    return this.#entry.parameters.map((parameter) =>
      isUpload(parameter) ? this.uploads[nextUpload++] : values[nextValue++],
    );
  }

  #returned(value: unknown): void {
    if (this.#entry.kind === 'stream') this.#stream(value);
    else this.#answer(value);
  }

  #answer(value: unknown): void {
    const { invocationId } = this.message;
    if (invocationId === undefined || value === undefined) {
      this.#finish();
      return;
    }
    try {
      this.#caller.completeWith(invocationId, value);
    } catch (error) {
      this.#caller.log('resultUnencodable', this.#about(error));
      this.#outcome = 'error';
      this.#finish(this.#caller.describe(invocationErrors.methodThrew(this.message.target), error));
      return;
    }
    this.#end();
  }

  #threw(error: unknown): void {
    // A method that stops because its caller has gone does what its signal asks for.
    const hasObeyed = this.#isLost && error instanceof Error && error.name === 'AbortError';
    if (!hasObeyed) this.#log(error);
    this.#outcome = outcomeOf(error);
    this.#finish(this.#caller.describe(invocationErrors.methodThrew(this.message.target), error));
  }

  #stream(value: unknown): void {
    const { invocationId = '', target } = this.message;
    let iterator: ReturnType<typeof ItemPump.iteratorOf>;
    try {
      iterator = ItemPump.iteratorOf(value);
    } catch (error) {
      // For instance a ReadableStream that somebody reads already.
      this.#threw(error);
      return;
    }
    if (iterator === undefined) {
      this.#finish(invocationErrors.nullStream(target));
      return;
    }
    this.#pump = new ItemPump(iterator, this.#caller.log, {
      item: (item) => {
        this.#caller.sendItem(invocationId, item);
        return this.#caller.whenWritable();
      },
      done: () => this.#finish(),
      failed: (error) => {
        this.#log(error);
        this.#outcome = outcomeOf(error);
        this.#finish(this.#caller.describe(invocationErrors.streamBroke(), error));
      },
    });
    if (this.#isCancelled || this.#isLost) this.#pump.cancel();
    else this.#pump.run();
  }

  /** What is thrown on purpose is an answer, and no trouble of the server's. */
  #log(error: unknown): void {
    this.#caller.log(publicErrorOf(error) === undefined ? 'methodThrew' : 'hubErrorThrown', this.#about(error));
  }

  #about(error: unknown): object {
    return { connectionId: this.#caller.id, target: this.message.target, error };
  }

  #refuse(reason: RefusalReason, text: string): void {
    this.#outcome = 'refused';
    this.#caller.metrics?.refused(reason);
    this.#finish(text);
  }

  #finish(error?: string): void {
    if (this.#isOver) return;
    this.#caller.complete(this.message.invocationId, error);
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    if (this.#caller.metrics !== undefined) this.#measure(this.#caller.metrics);
    this.#owner.callOver(this);
    this.releaseSlot();
  }

  #measure(metrics: EndpointMetrics): void {
    const outcome = this.#isCancelled || this.#isLost ? 'canceled' : this.#outcome;
    const attributes = { 'rpc.method': this.#entry.name, 'minihub.outcome': outcome };
    metrics.recordSince('invocationDuration', this.#startedMs, attributes);
  }
}

function outcomeOf(error: unknown): CallOutcome {
  return publicErrorOf(error) === undefined ? 'error' : 'hub_error';
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
