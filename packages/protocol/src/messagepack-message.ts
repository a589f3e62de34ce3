import type { DecoderLimits, Utf8 } from './codec.ts';
import { type ProtocolError, protocolError } from './errors.ts';
import { bindErrors } from './invocation-errors.ts';
import { checkCount } from './json-message.ts';
import { MessagePackReader, setOwn } from './messagepack-reader.ts';
import {
  type CancelInvocationMessage,
  type CloseMessage,
  type CompletionMessage,
  type HubMessage,
  type InvocationMessage,
  type MessageHeaders,
  MessageType,
  type StreamInvocationMessage,
  type StreamItemMessage,
} from './messages.ts';

type Mutable<T> = { -readonly [Member in keyof T]: T[Member] };

/** The kinds of a Completion. @see HubProtocol.md, "MessagePack (MsgPack) encoding" */
export const ResultKind = { Error: 1, Void: 2, NonVoid: 3 } as const;

/**
 * Reads one message body, an array. Items beyond those that are known, and bytes behind the array, are ignored.
 * The texts are those of signalr.md 1.10.
 */
export class MessagePackMessageReader {
  private readonly reader: MessagePackReader;
  private readonly limits: DecoderLimits;
  /** Items of the array that have not been read. */
  private items = 0;

  constructor(source: { bytes: Uint8Array; start: number; end: number }, limits: DecoderLimits, utf8: Utf8) {
    this.reader = new MessagePackReader(source, limits, utf8);
    this.limits = limits;
  }

  /** The message, or `undefined` when its type is unknown (it is to be skipped). */
  read(): HubMessage | undefined {
    this.items = this.reader.takeArrayLength() ?? fail("Reading array length for 'message' failed.");
    const type = this.integer('messageType', 'Int32');
    switch (type as HubMessage['type']) {
      case MessageType.Invocation:
        return this.invocation();
      case MessageType.StreamItem:
        return this.streamItem();
      case MessageType.Completion:
        return this.completion();
      case MessageType.StreamInvocation:
        return this.streamInvocation();
      case MessageType.CancelInvocation: {
        const headers = this.headers();
        const invocationId = this.id('CancelInvocation');
        const message: Mutable<CancelInvocationMessage> = { type: MessageType.CancelInvocation, invocationId };
        return withHeaders(message, headers);
      }
      case MessageType.Ping:
        return { type: MessageType.Ping };
      case MessageType.Close:
        return this.close();
      case MessageType.Ack:
        return { type: MessageType.Ack, sequenceId: this.integer('sequenceId', 'Int64') };
      case MessageType.Sequence:
        return { type: MessageType.Sequence, sequenceId: this.integer('sequenceId', 'Int64') };
    }
    return undefined;
  }

  private invocation(): InvocationMessage {
    const headers = this.headers();
    const id = this.string('invocationId');
    const target = this.target('Invocation');
    const message: Mutable<InvocationMessage> = { type: MessageType.Invocation, target, arguments: [] };
    if (id !== null && id !== '') message.invocationId = id;
    return withHeaders(this.withArguments(message), headers);
  }

  private streamInvocation(): StreamInvocationMessage {
    const headers = this.headers();
    const invocationId = this.id('StreamInvocation');
    const target = this.target('StreamInvocation');
    const message: Mutable<StreamInvocationMessage> = {
      type: MessageType.StreamInvocation,
      invocationId,
      target,
      arguments: [],
    };
    return withHeaders(this.withArguments(message), headers);
  }

  private streamItem(): StreamItemMessage {
    const headers = this.headers();
    const invocationId = this.id('StreamItem');
    const item = this.value('item');
    const { bindingError } = this.reader;
    const message: Mutable<StreamItemMessage> = { type: MessageType.StreamItem, invocationId, item };
    if (bindingError !== undefined) {
      message.item = undefined;
      message.bindingError = bindingError;
    }
    return withHeaders(message, headers);
  }

  private completion(): CompletionMessage {
    const headers = this.headers();
    const invocationId = this.id('Completion');
    const kind = this.integer('resultKind', 'Int32');
    const message: Mutable<CompletionMessage> = { type: MessageType.Completion, invocationId };
    if (kind === ResultKind.Error) message.error = this.string('error') ?? '';
    else if (kind === ResultKind.NonVoid) {
      const result = this.value('result');
      const { bindingError } = this.reader;
      if (bindingError === undefined) message.result = result;
      else message.bindingError = bindingError;
    } else if (kind !== ResultKind.Void) fail('Invalid invocation result kind.');
    return withHeaders(message, headers);
  }

  private close(): CloseMessage {
    const message: Mutable<CloseMessage> = { type: MessageType.Close };
    const error = this.string('error');
    if (error !== null) message.error = error;
    if (this.items > 0) {
      this.items--;
      const allowReconnect = this.reader.takeBoolean() ?? fail("Reading 'allowReconnect' as Boolean failed.");
      if (allowReconnect) message.allowReconnect = true;
    }
    return message;
  }

  private withArguments<Message extends Mutable<InvocationMessage> | Mutable<StreamInvocationMessage>>(
    message: Message,
  ): Message {
    const count = this.length('arguments');
    checkCount(count, this.limits.maxArguments, 'arguments');
    const values: unknown[] = [];
    for (let i = 0; i < count; i++) values.push(this.reader.takeValue(3));
    const { bindingError } = this.reader;
    if (bindingError === undefined) message.arguments = values;
    else message.bindingError = protocolError(bindingError.code, bindErrors.argumentTypes, bindingError);
    const streamIds = this.streamIds();
    if (streamIds.length > 0) message.streamIds = streamIds;
    return message;
  }

  /** Older clients leave the item out. */
  private streamIds(): string[] {
    if (this.items === 0) return [];
    const count = this.length('streamIds');
    checkCount(count, this.limits.maxStreamIds, 'stream ids');
    const ids: string[] = [];
    for (let i = 0; i < count; i++) {
      const id = this.reader.takeString();
      if (id === undefined) return fail("Reading 'streamIds' as String failed.");
      ids.push(notEmpty(id, 'value in streamIds received'));
    }
    return ids;
  }

  private headers(): MessageHeaders | undefined {
    const count = this.nextItem() ? this.reader.takeMapLength() : undefined;
    if (count === undefined) return fail("Reading map length for 'headers' failed.");
    if (count === 0) return undefined;
    checkCount(count, this.limits.maxHeaders, 'headers');
    const headers: { [name: string]: string } = {};
    for (let i = 0; i < count; i++) {
      const key = this.reader.takeString();
      if (key === undefined) return fail(`Reading 'headers[${i}].Key' as String failed.`);
      const name = notEmpty(key, 'key in header');
      const value = this.reader.takeString();
      if (value === undefined) return fail(`Reading 'headers[${i}].Value' as String failed.`);
      setOwn(headers, name, notEmpty(value, 'value in header'));
    }
    return headers;
  }

  private id(message: string): string {
    return notEmpty(this.string('invocationId'), `invocation ID for ${message} message`);
  }

  private target(message: string): string {
    return notEmpty(this.string('target'), `target for ${message} message`);
  }

  private string(name: string): string | null {
    const text = this.nextItem() ? this.reader.takeString() : undefined;
    return text === undefined ? fail(`Reading '${name}' as String failed.`) : text;
  }

  private integer(name: string, type: 'Int32' | 'Int64'): number {
    const value = this.nextItem() ? this.reader.takeInteger() : undefined;
    const fits = value !== undefined && (type === 'Int32' ? (value | 0) === value : Number.isSafeInteger(value));
    return fits ? value : fail(`Reading '${name}' as ${type} failed.`);
  }

  private length(name: string): number {
    const count = this.nextItem() ? this.reader.takeArrayLength() : undefined;
    return count ?? fail(`Reading array length for '${name}' failed.`);
  }

  private value(name: string): unknown {
    return this.nextItem() ? this.reader.takeValue(2) : fail(`Reading '${name}' failed.`);
  }

  private nextItem(): boolean {
    return this.items-- > 0;
  }
}

function withHeaders<Message extends { headers?: MessageHeaders }>(
  message: Message,
  headers: MessageHeaders | undefined,
): Message {
  if (headers !== undefined) message.headers = headers;
  return message;
}

function notEmpty(text: string | null, what: string): string {
  return text === null || text === '' ? fail(`Null or empty ${what}.`) : text;
}

function fail(message: string): never {
  throw protocolError('MH_PROTO_INVALID_MESSAGE', message) as ProtocolError;
}
