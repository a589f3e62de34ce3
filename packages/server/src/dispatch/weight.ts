const objectBytes = 32;
const memberBytes = 16;
const elementBytes = 8;
const textBytes = 16;

/**
 * About how many bytes a decoded value takes in memory, which may be twenty times what it was on the wire: three bytes of
 * JSON are an object. It counts no further than to `limit`.
 */
export function weightOf(value: unknown, limit: number): number {
  let bytes = 0;
  const left: unknown[] = [value];
  while (left.length > 0 && bytes < limit) {
    const next = left.pop();
    if (typeof next === 'string') bytes += textBytes + next.length;
    else if (typeof next !== 'object' || next === null) bytes += elementBytes;
    else if (ArrayBuffer.isView(next)) bytes += objectBytes + next.byteLength;
    else if (Array.isArray(next)) {
      bytes += objectBytes + elementBytes * next.length;
      for (let i = 0; i < next.length; i++) left.push(next[i]);
    } else {
      bytes += objectBytes;
      for (const name in next) {
        bytes += memberBytes;
        left.push((next as Readonly<Record<string, unknown>>)[name]);
      }
    }
  }
  return Math.min(bytes, limit);
}
