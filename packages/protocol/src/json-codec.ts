import { toBase64 } from './base64.ts';
import { toBytes } from './bytes.ts';
import type { DecoderLimits, HubCodec, HubDecoder, Utf8 } from './codec.ts';
import { defaultDecoderLimits } from './defaults.ts';
import { MinihubError, type ProtocolError, protocolError } from './errors.ts';
import { isTooDeep } from './json-depth.ts';
import { parseJsonRecord } from './json-members.ts';
import { checkCount, mutuallyExclusive, readJsonMessage } from './json-message.ts';
import {
  type CompletionMessage,
  type HubMessage,
  type InvocationMessage,
  MessageType,
  type StreamItemMessage,
} from './messages.ts';
import { RecordSplitter, recordSeparator } from './record-splitter.ts';
import { plainUtf8 } from './utf8.ts';

/** What a codec may be given. */
export interface CodecOptions {
  /** Text to bytes and back. @defaultValue {@link plainUtf8} */
  readonly utf8?: Utf8;
  /**
   * Memory for an encoded message, of which every byte is written; only for MessagePack. On Node, `Buffer.allocUnsafe`
   * costs a tenth. @defaultValue a new `Uint8Array` each time
   */
  readonly allocate?: (byteLength: number) => Uint8Array;
  /**
   * Recognises the invocations that are usual at a host for less than it costs to parse them; only for JSON. It must find
   * exactly what the parser would, and `undefined` wherever it is not sure. Limits are looked at all the same.
   * @defaultValue everything is parsed
   */
  readonly recognize?: (text: string) => InvocationMessage | undefined;
}

/**
 * The JSON hub protocol: each message is a JSON object, ended by 0x1E.
 *
 * Written as .NET does: members in the order type, headers, invocationId and the rest; binary values as base64 strings.
 * Completion: a `result` of `undefined` is void, `null` is written as `"result":null`.
 * Values are as `JSON.stringify` has them: `-0` is 0, NaN is null, members that are `undefined` are left out.
 * @see signalr.md 1.9
 * @example
 * const codec = createJsonCodec();
 * codec.encode({ type: MessageType.Ping }); // '{"type":6}\u001e'
 */
export function createJsonCodec(options: CodecOptions = {}): HubCodec {
  const { utf8 = plainUtf8, recognize } = options;
  // Decoders that are given the same limits share what is made of them: a server has one for each connection.
  let given: Partial<DecoderLimits> | undefined;
  let made: DecoderOptions = { ...defaultDecoderLimits, utf8, recognize };
  return {
    name: 'json',
    transferFormat: 'Text',
    encode: encodeJson,
    createDecoder: (limits) => {
      if (limits !== given) {
        given = limits;
        made = { ...defaultDecoderLimits, ...limits, utf8, recognize };
      }
      return new JsonDecoder(made);
    },
  };
}

/** What a decoder must know. */
interface DecoderOptions extends DecoderLimits {
  readonly utf8: Utf8;
  readonly recognize: CodecOptions['recognize'];
}

/** A splitter that reads what it has cut: one object, because a server holds one for each connection. */
class JsonDecoder extends RecordSplitter implements HubDecoder {
  skippedMessages = 0;
  private readonly limits: DecoderOptions;
  private failure: ProtocolError | undefined;

  constructor(options: DecoderOptions) {
    super(options);
    this.limits = options;
  }

  next(): HubMessage | undefined {
    if (this.failure !== undefined) throw this.failure;
    try {
      for (let record = this.nextRecord(); record !== undefined; record = this.nextRecord()) {
        const message = this.read(record);
        if (message !== undefined) return message;
        this.skippedMessages++;
      }
      return undefined;
    } catch (error) {
      this.failure = MinihubError.is(error)
        ? (error as ProtocolError)
        : protocolError('MH_PROTO_INVALID_JSON', 'Error reading JSON.', error);
      throw this.failure;
    }
  }

  override end(): void {
    if (this.failure !== undefined) throw this.failure;
    super.end();
  }

  private read(text: string): HubMessage | undefined {
    const { maxDepth, maxArguments, recognize } = this.limits;
    if (isTooDeep(text, maxDepth)) {
      throw protocolError('MH_PROTO_LIMIT_EXCEEDED', `A message nests deeper than ${maxDepth} levels.`);
    }
    const usual = recognize?.(text);
    if (usual === undefined) return readJsonMessage(parseJsonRecord(text), this.limits);
    checkCount(usual.arguments.length, maxArguments, 'arguments');
    return usual;
  }
}

function encodeJson(message: HubMessage): string {
  try {
    return stringify(message) + recordSeparator;
  } catch (error) {
    if (MinihubError.is(error)) throw error;
    throw protocolError('MH_PROTO_UNENCODABLE', 'The message cannot be written as JSON.', error);
  }
}

// Members that are undefined are left out by JSON.stringify, and the others keep the order of these literals.
function stringify(message: HubMessage): string {
  switch (message.type) {
    case MessageType.Invocation:
    case MessageType.StreamInvocation: {
      const { type, headers, invocationId, target, streamIds } = message;
      const values = message.arguments;
      return objectText({
        type,
        headers,
        invocationId,
        target,
        arguments: values,
        streamIds: streamIds?.length ? streamIds : undefined,
      });
    }
    case MessageType.StreamItem:
      // An item that has no JSON form (undefined, a function) must still be there, as null.
      return `${head(message)},"item":${text(message.item) ?? 'null'}}`;
    case MessageType.Completion:
      return completionText(message);
    case MessageType.CancelInvocation: {
      const { type, headers, invocationId } = message;
      return JSON.stringify({ type, headers, invocationId });
    }
    case MessageType.Ping:
      return '{"type":6}';
    case MessageType.Close: {
      const { type, error, allowReconnect } = message;
      return JSON.stringify({ type, error, allowReconnect: allowReconnect || undefined });
    }
    case MessageType.Ack:
    case MessageType.Sequence: {
      const { type, sequenceId } = message;
      return JSON.stringify({ type, sequenceId });
    }
  }
}

// JSON.stringify of the whole would give the same bytes, at twice the price: an answer is most of what a server writes.
function completionText(message: CompletionMessage): string {
  const { type, headers, invocationId, error, result } = message;
  if (error !== undefined && result !== undefined) throw mutuallyExclusive('MH_PROTO_UNENCODABLE');
  const resultText = isNamed(result) ? undefined : text(result);
  return resultText === undefined
    ? objectText({ type, headers, invocationId, error, result })
    : `${head(message)},"result":${resultText}}`;
}

/** Whether it may be told the name of its member, by JSON.stringify. */
function isNamed(value: unknown): boolean {
  const kind = typeof value;
  if (kind !== 'object') return kind === 'bigint' || kind === 'function';
  return value !== null && typeof (value as { toJSON?: unknown }).toJSON === 'function';
}

/** The members that come first; the object is still open. */
function head({ type, headers, invocationId }: CompletionMessage | StreamItemMessage): string {
  return headers === undefined
    ? `{"type":${type},"invocationId":${JSON.stringify(invocationId)}`
    : JSON.stringify({ type, headers, invocationId }).slice(0, -1);
}

/** An object of ours always has one. */
function objectText(value: object): string {
  return text(value) as string;
}

/** `undefined` for what has no JSON form. */
function text(value: unknown): string | undefined {
  // A replacer makes JSON.stringify leave its fast path, so one is given only where there are bytes.
  return holdsBytes(value, 0) ? JSON.stringify(value, replaceBytes) : JSON.stringify(value);
}

/** Deeper values, and circular ones, are left to JSON.stringify with the replacer. */
const maxLookDepth = 32;

function holdsBytes(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth > maxLookDepth) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (holdsBytes(item, depth + 1)) return true;
    return false;
  }
  if (toBytes(value) !== undefined) return true;
  for (const name in value) if (holdsBytes((value as { [name: string]: unknown })[name], depth + 1)) return true;
  return false;
}

/** Looks at the holder, because `value` has gone through `toJSON` already, which Node's Buffer has. */
function replaceBytes(this: unknown, name: string, value: unknown): unknown {
  const original = (this as { [name: string]: unknown })[name];
  if (typeof original !== 'object' || original === null) return value;
  const bytes = toBytes(original);
  return bytes === undefined ? value : toBase64(bytes);
}
