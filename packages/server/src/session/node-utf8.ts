import { isUtf8 } from 'node:buffer';
import { invalidUtf8, type Utf8 } from '@minihub/protocol';

/** UTF-8 on Node's own, much faster routines. */
export const nodeUtf8: Utf8 = {
  encode: (text) => Buffer.from(text, 'utf8'),
  decode(bytes, start, end) {
    const part = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    if (!isUtf8(part)) throw invalidUtf8();
    return part.toString('utf8');
  },
};
