import { isUtf8 } from 'node:buffer';
import { invalidUtf8, type Utf8 } from '@minihub/protocol';

/** UTF-8 on Node's own, much faster routines. */
export const nodeUtf8: Utf8 = {
  encode: (text) => Buffer.from(text, 'utf8'),
  decode(bytes, start, end) {
    // A view costs more than the text of a small message, so there is none unless one is needed.
    const text = Buffer.isBuffer(bytes)
      ? bytes.toString('utf8', start, end)
      : viewOf(bytes, start, end).toString('utf8');
    // What is no UTF-8 has become U+FFFD; whoever has sent that character is looked at twice.
    if (text.includes('\ufffd') && !isUtf8(viewOf(bytes, start, end))) throw invalidUtf8();
    return text;
  },
};

function viewOf(bytes: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
}
