import {
  bindErrors,
  type CancelInvocationMessage,
  type CompletionMessage,
  type InvocationMessage,
  invocationErrors,
  MessageType,
  type StreamInvocationMessage,
  type StreamItemMessage,
  withDetail,
} from '@minihub/protocol';
import { serverError } from '../errors.ts';
import type { RefusalReason } from '../metrics/metric-table.ts';
import type { CallMessage } from '../session/hub-session.ts';
import { Call } from './call.ts';
import type { Caller } from './caller.ts';
import { InvocationSlots } from './invocation-slots.ts';
import type { MethodEntry, MethodTable } from './method-table.ts';
import { UploadStream } from './upload-stream.ts';

/**
 * What one client has called and what it uploads: looks methods up, keeps their order, ends them.
 * @see signalr.md 1.8 (ids), 1.11 (order, error texts)
 */
export class Calls {
  readonly #caller: Caller;
  readonly #methods: MethodTable;
  readonly #slots: InvocationSlots;
  readonly #calls = new Set<Call>();
  readonly #callsById = new Map<string, Call>();
  readonly #uploads = new Map<string, UploadStream>();
  #fullUpload: UploadStream | undefined;

  constructor(caller: Caller, methods: MethodTable) {
    this.#caller = caller;
    this.#methods = methods;
    this.#slots = new InvocationSlots(caller.limits.maxParallelInvocations, () => caller.uploadHasRoom());
  }

  /** Whether nothing more may be read from this client for now. */
  get isBlocked(): boolean {
    if (this.#fullUpload?.isFull) return true;
    return this.#slots.waiting >= this.#caller.limits.maxPendingInvocations;
  }

  /** Calls that wait for their turn. */
  get waiting(): number {
    return this.#slots.waiting;
  }

  /** Whether a plain method runs or waits for its turn. */
  get isBusy(): boolean {
    return this.#slots.isBusy;
  }

  /** Whether the client fills a stream under that id. */
  hasUpload(id: string): boolean {
    return this.#uploads.has(id);
  }

  /** Takes a message from the client. */
  handle(message: CallMessage): void {
    switch (message.type) {
      case MessageType.Invocation:
      case MessageType.StreamInvocation:
        this.#invoke(message);
        break;
      case MessageType.StreamItem:
        this.#uploadItem(message);
        break;
      case MessageType.Completion:
        this.#uploadEnd(message);
        break;
      case MessageType.CancelInvocation:
        this.#cancel(message);
        break;
    }
  }

  /** The connection is over: every call is told, every upload fails. Calls that wait still get their turn. */
  lose(): void {
    const error = serverError('MH_SERVER_CONNECTION_LOST', 'The connection ended.');
    for (const stream of this.#uploads.values()) stream.fail(error);
    this.#uploads.clear();
    for (const call of [...this.#calls]) call.lose();
  }

  /** Forgets the calls that wait for their turn. */
  dropWaiting(): void {
    this.#slots.clear();
  }

  #invoke(message: InvocationMessage | StreamInvocationMessage): void {
    const entry = this.#methods.get(message.target.toLowerCase());
    const refusal = this.#refusalOf(message, entry);
    if (refusal !== undefined || entry === undefined) {
      this.#caller.complete(message.invocationId, refusal);
      return;
    }
    const uploads = this.#openUploads(message, entry);
    const call = new Call(this.#caller, entry, message, uploads);
    this.#calls.add(call);
    if (message.invocationId !== undefined) this.#callsById.set(message.invocationId, call);
    call.onEnd = () => this.#ended(call, message);
    const needsSlot = entry.kind === 'method' && uploads.length === 0;
    this.#slots.enter((slot) => call.start(slot), needsSlot);
  }

  /** Why a call cannot even begin. */
  #refusalOf(message: InvocationMessage | StreamInvocationMessage, entry: MethodEntry | undefined): string | undefined {
    const { target, invocationId, streamIds = [] } = message;
    const ids = invocationId === undefined ? streamIds : [invocationId, ...streamIds];
    for (const [index, id] of ids.entries()) {
      // Also among themselves: of two streams with one id the first would never get anything, nor end.
      const isTaken = this.#callsById.has(id) || this.#uploads.has(id) || ids.indexOf(id) < index;
      if (isTaken) return this.#refuse('wrong_call', target, invocationErrors.invocationIdInUse(id));
    }
    if (entry === undefined) {
      return this.#refuse('unknown_method', target, invocationErrors.unknownMethod(target));
    }
    if (message.type === MessageType.Invocation && entry.kind === 'stream') {
      return this.#refuse('wrong_call', target, invocationErrors.streamingMethodInvoked(target));
    }
    if (message.type === MessageType.StreamInvocation && entry.kind === 'method') {
      return this.#refuse('wrong_call', target, invocationErrors.plainMethodStreamed(target));
    }
    if (streamIds.length !== entry.uploadSchemas.length) {
      const text = invocationErrors.wrongStreamCount(streamIds.length, entry.uploadSchemas.length);
      return this.#refuse('wrong_call', target, text);
    }
    const { maxActiveInvocations } = this.#caller.limits;
    if (maxActiveInvocations > 0 && this.#calls.size >= maxActiveInvocations) {
      const detail = {
        typeName: 'HubException',
        message: `MH_SERVER_TOO_MANY_CALLS: More than ${maxActiveInvocations} invocations at once.`,
      };
      return this.#refuse('too_many_calls', target, withDetail(invocationErrors.bindFailure(target), detail));
    }
    if (message.bindingError === undefined) return undefined;
    this.#caller.log('bindingFailed', { connectionId: this.#caller.id, target, error: message.bindingError });
    this.#caller.metrics?.refused('invalid_arguments');
    return this.#caller.describe(invocationErrors.bindFailure(target), bindErrors.argumentTypes);
  }

  /** Writes a refusal down and counts it; the answer is its text. */
  #refuse(reason: RefusalReason, target: string, text: string): string {
    if (reason === 'unknown_method') this.#caller.log('unknownMethod', { connectionId: this.#caller.id, target });
    else this.#caller.log('callRefused', { connectionId: this.#caller.id, target, reason, why: text });
    this.#caller.metrics?.refused(reason);
    return text;
  }

  #openUploads(message: InvocationMessage | StreamInvocationMessage, entry: MethodEntry): UploadStream[] {
    return (message.streamIds ?? []).map((id, index) => {
      const item = entry.uploadSchemas[index];
      if (item === undefined) throw new RangeError('stream ids are counted before');
      const stream = new UploadStream(item, this.#caller.limits.uploadBufferItems, () => this.#caller.uploadHasRoom());
      this.#uploads.set(id, stream);
      return stream;
    });
  }

  #ended(call: Call, message: InvocationMessage | StreamInvocationMessage): void {
    this.#calls.delete(call);
    if (message.invocationId !== undefined) this.#callsById.delete(message.invocationId);
    for (const [index, id] of (message.streamIds ?? []).entries()) {
      // A stream that was completed has given its id back, and another may have it by now.
      if (this.#uploads.get(id) === call.uploads[index]) this.#uploads.delete(id);
    }
    for (const stream of call.uploads) stream.discard();
    this.#caller.callEnded();
  }

  #uploadItem(message: StreamItemMessage): void {
    // Streams race with the end of their method, so an unknown id is no fault.
    const stream = this.#uploads.get(message.invocationId);
    if (stream === undefined) return;
    if (message.bindingError !== undefined) {
      stream.fail(serverError('MH_SERVER_UPLOAD_FAILED', invocationErrors.streamItemBindFailure, message.bindingError));
      return;
    }
    stream.push(message.item);
    if (stream.isFull) this.#fullUpload = stream;
  }

  #uploadEnd(message: CompletionMessage): void {
    const stream = this.#uploads.get(message.invocationId);
    if (stream === undefined) return;
    this.#uploads.delete(message.invocationId);
    if (message.error === undefined) stream.complete();
    else stream.fail(serverError('MH_SERVER_UPLOAD_FAILED', message.error));
  }

  #cancel(message: CancelInvocationMessage): void {
    this.#callsById.get(message.invocationId)?.cancel();
  }
}
