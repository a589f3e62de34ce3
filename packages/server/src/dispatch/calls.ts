import {
  bindErrors,
  type CancelInvocationMessage,
  type CompletionMessage,
  invocationErrors,
  MessageType,
  type StreamItemMessage,
  withDetail,
} from '@minihub/protocol';
import { serverError } from '../errors.ts';
import type { RefusalReason } from '../metrics/metric-table.ts';
import type { CallMessage } from '../session/hub-session.ts';
import { Call, type CallOwner, type CallStart } from './call.ts';
import type { Caller } from './caller.ts';
import { InvocationSlots } from './invocation-slots.ts';
import type { MethodEntry, MethodTable } from './method-table.ts';
import { UploadRoom } from './upload-room.ts';
import { UploadStream } from './upload-stream.ts';
import { weightOf } from './weight.ts';

const noUploads: readonly UploadStream[] = [];
const noIds: readonly string[] = [];

/** The place of a call in the list of those that run. */
function keyOf(call: Call): string | Call {
  return call.message.invocationId ?? call;
}

/**
 * What one client has called and what it uploads: looks methods up, keeps their order, ends them.
 * @see signalr.md 1.8 (ids), 1.11 (order, error texts)
 */
export class Calls implements CallOwner {
  readonly caller: Caller;
  readonly #methods: MethodTable;
  readonly #slots: InvocationSlots;
  /** By invocation id; those that nobody waits for by themselves. */
  readonly #running = new Map<string | Call, Call>();
  #uploads: Map<string, UploadStream> | undefined;
  /** There as soon as there was an upload. */
  #uploadRoom: UploadRoom | undefined;
  #fullUpload: UploadStream | undefined;
  /** The call that runs right now and is in no list yet: nobody but itself can do anything about it. */
  #starting: Call | undefined;

  constructor(caller: Caller, methods: MethodTable) {
    this.caller = caller;
    this.#methods = methods;
    this.#slots = new InvocationSlots(caller.limits.maxParallelInvocations, () => caller.callMoved());
  }

  /** Whether nothing more may be read from this client for now. */
  get isBlocked(): boolean {
    if (this.#fullUpload?.isFull || this.#uploadRoom?.isFull) return true;
    const { maxPendingInvocations, maxPendingBytes } = this.caller.limits;
    if (this.#slots.waiting >= maxPendingInvocations) return true;
    return maxPendingBytes > 0 && this.#slots.waitingWeight >= maxPendingBytes;
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
    return this.#uploads?.has(id) ?? false;
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
    for (const stream of this.#uploads?.values() ?? []) stream.fail(error);
    this.#uploads = undefined;
    for (const call of [...this.#running.values()]) call.lose();
    this.#starting?.lose();
  }

  /** Forgets the calls that wait for their turn. */
  dropWaiting(): void {
    this.#slots.clear();
  }

  #invoke(message: CallStart): void {
    const entry = this.#methods.get(message.target.toLowerCase());
    const refusal = this.#refusalOf(message, entry);
    if (refusal !== undefined || entry === undefined) {
      this.caller.complete(message.invocationId, refusal);
      return;
    }
    const uploads = message.streamIds === undefined ? noUploads : this.#openUploads(message.streamIds, entry);
    const call = new Call(this, { entry, message, uploads });
    const needsSlot = entry.kind === 'method' && uploads.length === 0;
    if (needsSlot && this.#slots.takeAtOnce()) {
      this.#startAtOnce(call);
      return;
    }
    this.#list(call);
    this.#slots.enter((slot) => call.start(slot), { needsSlot, weight: this.#weightOf(message, needsSlot) });
  }

  /** Nothing else is read from the client before this returns, so a call that is over then was never to be found. */
  #startAtOnce(call: Call): void {
    this.#starting = call;
    call.start(this.#slots);
    this.#starting = undefined;
    if (!call.isOver) this.#list(call);
  }

  /** What a call weighs that has to wait. */
  #weightOf(message: CallStart, needsSlot: boolean): number {
    const { maxPendingBytes } = this.caller.limits;
    const waits = needsSlot || this.#slots.waiting > 0;
    return waits && maxPendingBytes > 0 ? weightOf(message.arguments, maxPendingBytes) : 0;
  }

  #list(call: Call): void {
    call.isListed = true;
    this.#running.set(keyOf(call), call);
  }

  /** Why a call cannot even begin. */
  #refusalOf(message: CallStart, entry: MethodEntry | undefined): string | undefined {
    const { target } = message;
    const taken = this.#takenId(message);
    if (taken !== undefined) return this.#refuse('wrong_call', target, invocationErrors.invocationIdInUse(taken));
    if (entry === undefined) {
      return this.#refuse('unknown_method', target, invocationErrors.unknownMethod(target));
    }
    if (message.type === MessageType.Invocation && entry.kind === 'stream') {
      return this.#refuse('wrong_call', target, invocationErrors.streamingMethodInvoked(target));
    }
    if (message.type === MessageType.StreamInvocation && entry.kind === 'method') {
      return this.#refuse('wrong_call', target, invocationErrors.plainMethodStreamed(target));
    }
    const streams = message.streamIds?.length ?? 0;
    if (streams !== entry.uploadSchemas.length) {
      const text = invocationErrors.wrongStreamCount(streams, entry.uploadSchemas.length);
      return this.#refuse('wrong_call', target, text);
    }
    const { maxActiveInvocations } = this.caller.limits;
    if (maxActiveInvocations > 0 && this.#running.size >= maxActiveInvocations) {
      const detail = {
        typeName: 'HubException',
        message: `MH_SERVER_TOO_MANY_CALLS: More than ${maxActiveInvocations} invocations at once.`,
      };
      return this.#refuse('too_many_calls', target, withDetail(invocationErrors.bindFailure(target), detail));
    }
    if (message.bindingError === undefined) return undefined;
    this.caller.log('bindingFailed', { connectionId: this.caller.id, target, error: message.bindingError });
    this.caller.metrics?.refused('invalid_arguments');
    return this.caller.describe(invocationErrors.bindFailure(target), bindErrors.argumentTypes);
  }

  /** An id of the message that is in use. */
  #takenId({ invocationId, streamIds }: CallStart): string | undefined {
    if (invocationId !== undefined && this.#isTaken(invocationId)) return invocationId;
    // Also among themselves: of two streams with one id the first would never get anything, nor end.
    return streamIds?.find((id, index) => this.#isTaken(id) || id === invocationId || streamIds.indexOf(id) < index);
  }

  #isTaken(id: string): boolean {
    return this.#running.has(id) || this.hasUpload(id);
  }

  /** Writes a refusal down and counts it; the answer is its text. */
  #refuse(reason: RefusalReason, target: string, text: string): string {
    if (reason === 'unknown_method') this.caller.log('unknownMethod', { connectionId: this.caller.id, target });
    else this.caller.log('callRefused', { connectionId: this.caller.id, target, reason, why: text });
    this.caller.metrics?.refused(reason);
    return text;
  }

  #openUploads(streamIds: readonly string[], entry: MethodEntry): UploadStream[] {
    this.#uploads ??= new Map();
    const open = this.#uploads;
    const { maxPendingBytes, uploadBufferItems } = this.caller.limits;
    this.#uploadRoom ??= new UploadRoom(maxPendingBytes, () => this.caller.uploadHasRoom());
    const room = this.#uploadRoom;
    return streamIds.map((id, index) => {
      const item = entry.uploadSchemas[index];
      if (item === undefined) throw new RangeError('stream ids are counted before');
      const stream = new UploadStream(item, uploadBufferItems, room);
      open.set(id, stream);
      return stream;
    });
  }

  callOver(call: Call): void {
    if (call.isListed) this.#running.delete(keyOf(call));
    for (const [index, id] of (call.message.streamIds ?? noIds).entries()) {
      // A stream that was completed has given its id back, and another may have it by now.
      if (this.#uploads?.get(id) === call.uploads[index]) this.#uploads?.delete(id);
    }
    for (const stream of call.uploads) stream.discard();
    this.caller.callMoved();
  }

  #uploadItem(message: StreamItemMessage): void {
    // Streams race with the end of their method, so an unknown id is no fault.
    const stream = this.#uploads?.get(message.invocationId);
    if (stream === undefined) return;
    if (message.bindingError !== undefined) {
      stream.fail(serverError('MH_SERVER_UPLOAD_FAILED', invocationErrors.streamItemBindFailure, message.bindingError));
      return;
    }
    stream.push(message.item);
    if (stream.isFull) this.#fullUpload = stream;
  }

  #uploadEnd(message: CompletionMessage): void {
    const stream = this.#uploads?.get(message.invocationId);
    if (stream === undefined) return;
    this.#uploads?.delete(message.invocationId);
    if (message.error === undefined) stream.complete();
    else stream.fail(serverError('MH_SERVER_UPLOAD_FAILED', message.error));
  }

  #cancel(message: CancelInvocationMessage): void {
    this.#running.get(message.invocationId)?.cancel();
  }
}
