import type { InvokeChain } from '../filters/filter-chain.ts';
import type { HubContext } from '../hub/hub-context.ts';
import type { Log } from '../log.ts';
import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';

/** What calls are bounded by. */
export interface CallLimits {
  /** Plain methods that run at once. */
  readonly maxParallelInvocations: number;
  /** Calls that wait for their turn before reading stops. */
  readonly maxPendingInvocations: number;
  /** Bytes that those may take before reading stops, and items that uploads buffer; 0 turns the limit off. */
  readonly maxPendingBytes: number;
  /** Calls that run or wait, streams included, before further ones are refused; 0 turns the limit off. */
  readonly maxActiveInvocations: number;
  /** Items that an upload buffers before reading stops. */
  readonly uploadBufferItems: number;
}

/** What a call offers to the context that is made for it. */
export interface CallScope {
  /** Aborted when the call is cancelled or its connection ends. */
  readonly signal: AbortSignal;
  readonly headers: Readonly<Record<string, string>>;
  /** The method waits for a client: other calls of the connection may run meanwhile. */
  releaseSlot(): void;
}

/** The connection, as its calls see it. */
export interface Caller {
  readonly id: string;
  readonly limits: CallLimits;
  readonly log: Log;
  readonly metrics: EndpointMetrics | undefined;
  /** What goes around methods; `undefined` when there are no filters. */
  readonly invokeChain: InvokeChain | undefined;
  /** The context for a call. */
  contextFor(scope: CallScope): HubContext<unknown, unknown>;
  /** Answers an invocation: with an error, or void. Without an id nothing is answered. */
  complete(invocationId: string | undefined, error?: string): void;
  /** Answers with a result. @throws MH_PROTO_UNENCODABLE */
  completeWith(invocationId: string, result: unknown): void;
  /** Sends an item of a stream. @throws MH_PROTO_UNENCODABLE */
  sendItem(invocationId: string, item: unknown): void;
  /** Resolved when there is room for more; `undefined` when there is room now. */
  whenWritable(): Promise<void> | undefined;
  /** `prefix`, with the error behind it as far as it may be shown. A string stands for invalid data. */
  describe(prefix: string, error: unknown): string;
  /** A call is over, or one that waited has begun. */
  callMoved(): void;
  /** An upload has room again. */
  uploadHasRoom(): void;
}
