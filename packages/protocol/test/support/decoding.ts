import type { DecoderLimits, HubCodec } from '@minihub/protocol';
import { MinihubError } from '@minihub/protocol';

export type Chunk = string | Uint8Array;

/** What a stream comes to: its messages in order, then the error that ended it, if any. */
export interface Outcome {
  readonly messages: unknown[];
  readonly error?: { readonly code: string; readonly text: string };
}

/** Feeds chunks to a decoder, one at a time, and ends the stream. An error that is not coded is thrown on. */
export function decodeStream(codec: HubCodec, chunks: readonly Chunk[], limits?: Partial<DecoderLimits>): Outcome {
  const decoder = codec.createDecoder(limits);
  const messages: unknown[] = [];
  try {
    for (const chunk of chunks) {
      // A copy that is wiped afterwards: a decoder that kept a view on it would be found out.
      const own = typeof chunk === 'string' ? chunk : Uint8Array.from(chunk);
      decoder.push(own);
      for (let message = decoder.next(); message !== undefined; message = decoder.next()) {
        messages.push(plain(message));
      }
      if (typeof own !== 'string') own.fill(0xaa);
    }
    decoder.end();
    return { messages };
  } catch (error) {
    return { messages, error: codeAndText(error) };
  }
}

/** The code and text of a coded error; any other error is thrown on. */
export function codeAndText(error: unknown): { code: string; text: string } {
  if (!MinihubError.is(error) || !error.code.startsWith('MH_PROTO_')) throw error;
  return { code: error.code, text: error.message };
}

function plain(message: object): object {
  if (!('bindingError' in message)) return message;
  return { ...message, bindingError: codeAndText(message.bindingError) };
}

/** Bytes or text, cut at the given places. Places outside, and doubled ones, give empty chunks, which are legal. */
export function cut<Stream extends Chunk>(stream: Stream, places: readonly number[]): Stream[] {
  const sorted = [...places].map((place) => Math.min(place, stream.length)).sort((a, b) => a - b);
  const chunks: Stream[] = [];
  let from = 0;
  for (const place of [...sorted, stream.length]) {
    chunks.push(stream.slice(from, place) as Stream);
    from = place;
  }
  return chunks;
}
