import type { DecoderLimits, HubCodec } from './codec.ts';
import { defaultDecoderLimits } from './defaults.ts';
import { MinihubError, protocolError } from './errors.ts';
import type { CodecOptions } from './json-codec.ts';
import { mutuallyExclusive } from './json-message.ts';
import { MessagePackDecoder } from './messagepack-decoder.ts';
import { ResultKind } from './messagepack-message.ts';
import { MessagePackWriter } from './messagepack-writer.ts';
import { type CompletionMessage, type HubMessage, type MessageHeaders, MessageType } from './messages.ts';
import { plainUtf8 } from './utf8.ts';

/** A writer that one big message has made larger than this is not kept. */
const keptCapacity = 65_536;

/**
 * The MessagePack hub protocol: each message is a length prefix and an array.
 *
 * Values are written as the official client's library writes them: integers in their shortest form, other numbers as
 * float64, `undefined` as nil (also as a member of an object), a Date as timestamp (extension -1), bytes as bin,
 * everything else that is an object by its own enumerable members. A BigInt is int64 or uint64.
 * Read: integers beyond 2^53 lose precision; bin is a `Uint8Array`; a timestamp is a Date, whole milliseconds.
 * Any other extension, and a map key that is neither string nor number, is a `bindingError` of its message.
 * @see signalr.md 1.10
 * @example
 * const codec = createMessagePackCodec();
 * codec.encode({ type: MessageType.Ping }); // 02 91 06
 */
export function createMessagePackCodec(options: CodecOptions = {}): HubCodec {
  const { utf8 = plainUtf8, allocate = newBytes } = options;
  // Taken out while in use: a getter of a value that is written may itself encode something.
  let spare: MessagePackWriter | undefined;
  // As in the JSON codec: one object for all decoders that are given the same limits.
  let given: Partial<DecoderLimits> | undefined;
  let made: DecoderLimits = defaultDecoderLimits;
  return {
    name: 'messagepack',
    transferFormat: 'Binary',
    encode(message) {
      const writer = spare ?? new MessagePackWriter(utf8);
      spare = undefined;
      writer.reset();
      try {
        writeMessage(writer, message);
        return writer.toFrame(allocate);
      } catch (error) {
        if (MinihubError.is(error)) throw error;
        throw protocolError('MH_PROTO_UNENCODABLE', 'The message cannot be written as MessagePack.', error);
      } finally {
        if (writer.capacity <= keptCapacity) spare = writer;
      }
    },
    createDecoder: (limits) => {
      if (limits !== given) {
        given = limits;
        made = { ...defaultDecoderLimits, ...limits };
      }
      return new MessagePackDecoder(made, utf8);
    },
  };
}

function newBytes(byteLength: number): Uint8Array {
  return new Uint8Array(byteLength);
}

function writeMessage(writer: MessagePackWriter, message: HubMessage): void {
  switch (message.type) {
    case MessageType.Invocation:
    case MessageType.StreamInvocation:
      writeHead(writer, 6, message);
      writer.value(message.invocationId);
      writer.string(message.target);
      writer.value(message.arguments);
      writer.value(message.streamIds ?? []);
      return;
    case MessageType.StreamItem:
      writeHead(writer, 4, message);
      writer.string(message.invocationId);
      writer.value(message.item);
      return;
    case MessageType.Completion:
      writeCompletion(writer, message);
      return;
    case MessageType.CancelInvocation:
      writeHead(writer, 3, message);
      writer.string(message.invocationId);
      return;
    case MessageType.Ping:
      writer.arrayHead(1);
      writer.number(message.type);
      return;
    case MessageType.Close:
      writer.arrayHead(3);
      writer.number(message.type);
      writer.value(message.error);
      writer.value(message.allowReconnect === true);
      return;
    case MessageType.Ack:
    case MessageType.Sequence:
      writer.arrayHead(2);
      writer.number(message.type);
      writer.number(message.sequenceId);
      return;
  }
}

function writeCompletion(writer: MessagePackWriter, message: CompletionMessage): void {
  const { error, result } = message;
  if (error !== undefined && result !== undefined) throw mutuallyExclusive('MH_PROTO_UNENCODABLE');
  const kind = error !== undefined ? ResultKind.Error : result !== undefined ? ResultKind.NonVoid : ResultKind.Void;
  writeHead(writer, kind === ResultKind.Void ? 4 : 5, message);
  writer.string(message.invocationId);
  writer.number(kind);
  if (kind === ResultKind.Error) writer.value(error);
  else if (kind === ResultKind.NonVoid) writer.value(result);
}

/** The array's head, the type and the headers, with which messages 1-5 begin. */
function writeHead(
  writer: MessagePackWriter,
  items: number,
  message: { readonly type: number; readonly headers?: MessageHeaders },
): void {
  writer.arrayHead(items);
  writer.number(message.type);
  writer.value(message.headers ?? {});
}
