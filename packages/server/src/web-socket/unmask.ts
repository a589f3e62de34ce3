/** From here on it pays to make a view of words. Measured: bench/NOTES.md, "Our own frames". */
const minWordBytes = 256;

// A word as this machine has it, whatever its order of bytes.
const word = new Int32Array(1);
const wordBytes = new Uint8Array(word.buffer);

/**
 * Takes the mask off the bytes from `start` to `stop`, where they are.
 * @param mask four bytes, the first of them the highest; it belongs to `start`
 * @see RFC 6455, 5.3
 */
export function unmask(bytes: Uint8Array, start: number, stop: number, mask: number): void {
  if (mask === 0) return;
  if (stop - start < minWordBytes) unmaskBytes(bytes, start, stop, mask);
  else unmaskWords(bytes, start, stop, mask);
}

/** The mask for what comes after so many bytes. */
export function rotateMask(mask: number, byteLength: number): number {
  const bits = (byteLength & 3) << 3;
  return bits === 0 ? mask : (mask << bits) | (mask >>> (32 - bits));
}

function unmaskBytes(bytes: Uint8Array, start: number, stop: number, mask: number): void {
  const first = mask >>> 24;
  const second = (mask >>> 16) & 0xff;
  const third = (mask >>> 8) & 0xff;
  const fourth = mask & 0xff;
  let at = start;
  for (const end = stop - 3; at < end; at += 4) {
    bytes[at] = (bytes[at] as number) ^ first;
    bytes[at + 1] = (bytes[at + 1] as number) ^ second;
    bytes[at + 2] = (bytes[at + 2] as number) ^ third;
    bytes[at + 3] = (bytes[at + 3] as number) ^ fourth;
  }
  if (at < stop) bytes[at] = (bytes[at] as number) ^ first;
  if (at + 1 < stop) bytes[at + 1] = (bytes[at + 1] as number) ^ second;
  if (at + 2 < stop) bytes[at + 2] = (bytes[at + 2] as number) ^ third;
}

function unmaskWords(bytes: Uint8Array, start: number, stop: number, mask: number): void {
  const unaligned = -(bytes.byteOffset + start) & 3;
  unmaskBytes(bytes, start, start + unaligned, mask);
  const turned = rotateMask(mask, unaligned);
  wordBytes[0] = turned >>> 24;
  wordBytes[1] = turned >>> 16;
  wordBytes[2] = turned >>> 8;
  wordBytes[3] = turned;
  const wordMask = word[0] as number;
  const aligned = start + unaligned;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + aligned, (stop - aligned) >> 2);
  for (let i = 0; i < words.length; i++) words[i] = (words[i] as number) ^ wordMask;
  unmaskBytes(bytes, aligned + (words.length << 2), stop, turned);
}
