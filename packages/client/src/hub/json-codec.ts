import { type HubCodec, type HubDecoder, type HubMessage, MessageType } from '@minihub/protocol';
import { clientError } from '../errors.ts';
import { toBase64 } from '../web-socket/base64.ts';

const separator = '\u001e';

type Record = { readonly [member: string]: unknown };

/** Members that must be strings or arrays, by message type; what hub messages are made of is checked before it is used. */
function isSound(record: Record): boolean {
  const { type, invocationId, target, error, sequenceId } = record;
  const isNamed = typeof invocationId === 'string';
  const isCleanOrText = error === undefined || typeof error === 'string';
  switch (type) {
    case MessageType.Invocation:
      return typeof target === 'string' && Array.isArray(record.arguments) && (isNamed || invocationId === undefined);
    case MessageType.StreamItem:
      return isNamed && 'item' in record;
    case MessageType.Completion:
      return isNamed && isCleanOrText && !(error !== undefined && 'result' in record);
    case MessageType.Close:
      return isCleanOrText;
    case MessageType.Ack:
    case MessageType.Sequence:
      return typeof sequenceId === 'number';
    default:
      return typeof type === 'number';
  }
}

function read(text: string): HubMessage {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    // Falls through: `undefined` is no object.
  }
  if (typeof record === 'object' && record && isSound(record as Record)) return record as HubMessage;
  throw clientError('MH_CLIENT_PROTOCOL', `Not a hub message: ${text.slice(0, 100)}`);
}

/** Binary values travel as base64 strings. `this` holds the value as it was before any `toJSON`. */
function replaceBytes(this: unknown, name: string, value: unknown): unknown {
  const original = (this as { [name: string]: unknown })[name];
  if (original instanceof ArrayBuffer) return toBase64(original);
  if (!ArrayBuffer.isView(original)) return value;
  return toBase64(original.buffer.slice(original.byteOffset, original.byteOffset + original.byteLength) as ArrayBuffer);
}

function createDecoder(): HubDecoder {
  let text = '';
  /** Where the next record begins, and from where on its end has not been looked for. */
  let start = 0;
  let unseen = 0;
  return {
    get bufferedBytes() {
      return text.length - start;
    },
    push(chunk) {
      if (typeof chunk !== 'string') throw clientError('MH_CLIENT_PROTOCOL', 'Binary data');
      text = text.slice(start) + chunk;
      unseen -= start;
      start = 0;
    },
    next() {
      for (let end = text.indexOf(separator, unseen); end >= 0; end = text.indexOf(separator, unseen)) {
        const record = text.slice(start, end);
        start = unseen = end + 1;
        const message = read(record);
        // Types that are not known yet are skipped.
        if (message.type >= 1 && message.type <= 9) return message;
      }
      // A text that is read through is let go of: the next one may be long in coming.
      if (start === text.length) {
        text = '';
        start = 0;
      }
      unseen = text.length;
      return undefined;
    },
    end() {},
  };
}

/**
 * The JSON hub protocol for clients: that of `@minihub/protocol` less what only servers need (limits on counts, bytes as
 * input, .NET's error texts), which is more than half of the size that a hub connection may have in a mini program.
 * @see signalr.md 1.9
 */
export const jsonCodec: HubCodec = {
  name: 'json',
  transferFormat: 'Text',
  encode: (message) => JSON.stringify(message, replaceBytes) + separator,
  createDecoder,
};
