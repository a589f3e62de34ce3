import type { DecoderLimits } from './codec.ts';
import { protocolError } from './errors.ts';
import { type JsonRecord, memberString, missingMember, wrongType } from './json-members.ts';
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

/**
 * The message that a parsed record is, or `undefined` when its type is unknown (it is to be skipped).
 * Unknown members are ignored. The texts are those of signalr.md 1.9.
 */
export function readJsonMessage(record: JsonRecord, limits: DecoderLimits): HubMessage | undefined {
  const { type } = record;
  if (type === undefined) throw missingMember('type');
  if (typeof type !== 'number' || !Number.isInteger(type)) throw wrongType('type', 'Number');
  switch (type as HubMessage['type']) {
    case MessageType.Invocation:
      return readInvocation(record, limits);
    case MessageType.StreamItem: {
      const invocationId = readId(record);
      if (!('item' in record)) throw missingMember('item');
      const message: Mutable<StreamItemMessage> = { type: MessageType.StreamItem, invocationId, item: record.item };
      return withHeaders(message, record, limits);
    }
    case MessageType.Completion:
      return readCompletion(record, limits);
    case MessageType.StreamInvocation: {
      const invocationId = readId(record);
      const message: Mutable<StreamInvocationMessage> = {
        type: MessageType.StreamInvocation,
        invocationId,
        target: readTarget(record),
        arguments: readArguments(record, limits),
      };
      return withStreams(message, record, limits);
    }
    case MessageType.CancelInvocation: {
      const message: Mutable<CancelInvocationMessage> = {
        type: MessageType.CancelInvocation,
        invocationId: readId(record),
      };
      return withHeaders(message, record, limits);
    }
    case MessageType.Ping:
      return { type: MessageType.Ping };
    case MessageType.Close:
      return readClose(record);
    case MessageType.Ack:
      return { type: MessageType.Ack, sequenceId: readSequenceId(record) };
    case MessageType.Sequence:
      return { type: MessageType.Sequence, sequenceId: readSequenceId(record) };
  }
  return undefined;
}

type Mutable<T> = { -readonly [Member in keyof T]: T[Member] };

/** The messages that carry headers. */
type Carrying = Extract<HubMessage, { readonly headers?: MessageHeaders }>;

function readInvocation(record: JsonRecord, limits: DecoderLimits): InvocationMessage {
  const invocationId = memberString(record.invocationId, 'invocationId');
  const message: Mutable<InvocationMessage> = {
    type: MessageType.Invocation,
    target: readTarget(record),
    arguments: readArguments(record, limits),
  };
  // An empty id is no id, as the .NET dispatcher has it: the call is non-blocking.
  if (invocationId !== undefined && invocationId !== '') message.invocationId = invocationId;
  return withStreams(message, record, limits);
}

function readCompletion(record: JsonRecord, limits: DecoderLimits): CompletionMessage {
  const invocationId = readId(record);
  const error = memberString(record.error, 'error');
  const message: Mutable<CompletionMessage> = { type: MessageType.Completion, invocationId };
  if ('result' in record) {
    if (error !== undefined) throw mutuallyExclusive('MH_PROTO_INVALID_MESSAGE');
    message.result = record.result;
  } else if (error !== undefined) message.error = error;
  return withHeaders(message, record, limits);
}

function readClose(record: JsonRecord): CloseMessage {
  const message: Mutable<CloseMessage> = { type: MessageType.Close };
  const error = memberString(record.error, 'error');
  if (error !== undefined) message.error = error;
  const { allowReconnect } = record;
  if (allowReconnect === undefined) return message;
  if (typeof allowReconnect !== 'boolean') {
    throw protocolError('MH_PROTO_INVALID_MESSAGE', "Expected 'allowReconnect' to be true or false.");
  }
  if (allowReconnect) message.allowReconnect = true;
  return message;
}

function readId(record: JsonRecord): string {
  const id = memberString(record.invocationId, 'invocationId');
  if (id === undefined || id === '') throw missingMember('invocationId');
  return id;
}

function readTarget(record: JsonRecord): string {
  const target = memberString(record.target, 'target');
  if (target === undefined || target === '') throw missingMember('target');
  return target;
}

function readArguments(record: JsonRecord, limits: DecoderLimits): readonly unknown[] {
  const values = record.arguments;
  if (values === undefined) throw missingMember('arguments');
  if (!Array.isArray(values)) throw wrongType('arguments', 'Array');
  checkCount(values.length, limits.maxArguments, 'arguments');
  return values as unknown[];
}

function withStreams<Message extends Mutable<InvocationMessage> | Mutable<StreamInvocationMessage>>(
  message: Message,
  record: JsonRecord,
  limits: DecoderLimits,
): Message {
  const ids = record.streamIds;
  if (ids !== undefined) {
    if (!Array.isArray(ids)) throw wrongType('streamIds', 'Array');
    checkCount(ids.length, limits.maxStreamIds, 'stream ids');
    for (let i = 0; i < ids.length; i++) {
      if (ids[i] === null) throw protocolError('MH_PROTO_INVALID_MESSAGE', "Null value for 'streamIds' is not valid.");
      if (typeof ids[i] !== 'string') throw wrongType(`streamIds[${i}]`, 'String');
    }
    if (ids.length > 0) message.streamIds = ids as string[];
  }
  return withHeaders(message, record, limits);
}

function withHeaders<Message extends Mutable<Carrying>>(
  message: Message,
  record: JsonRecord,
  limits: DecoderLimits,
): Message {
  const { headers } = record;
  if (headers === undefined) return message;
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) throw wrongType('headers', 'Object');
  const names = Object.keys(headers);
  checkCount(names.length, limits.maxHeaders, 'headers');
  for (const name of names) {
    if (typeof (headers as JsonRecord)[name] !== 'string') {
      throw protocolError('MH_PROTO_INVALID_MESSAGE', `Expected header '${name}' to be of type String.`);
    }
  }
  if (names.length > 0) message.headers = headers as MessageHeaders;
  return message;
}

function readSequenceId(record: JsonRecord): number {
  const id = record.sequenceId;
  if (id === undefined) throw missingMember('sequenceId');
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw wrongType('sequenceId', 'Number');
  return id;
}

/** Throws when `count` is over `limit`; 0 is no limit. */
export function checkCount(count: number, limit: number, things: string): void {
  if (limit > 0 && count > limit) {
    throw protocolError('MH_PROTO_LIMIT_EXCEEDED', `A message holds more than ${limit} ${things}.`);
  }
}

/** The error of a Completion that has an error and a result. */
export function mutuallyExclusive(code: 'MH_PROTO_INVALID_MESSAGE' | 'MH_PROTO_UNENCODABLE'): Error {
  return protocolError(code, "The 'error' and 'result' properties are mutually exclusive.");
}
