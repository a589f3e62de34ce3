import { randomUUID } from 'node:crypto';

/** A picture, whole. */
export interface StoredImage {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** What a picture begins with, by its type: a name that the sender gives is no proof. */
const signatures: readonly (readonly [type: string, bytes: readonly number[]])[] = [
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46]],
];

/** The type of a picture by its first bytes; `undefined` when it is none. */
export function imageTypeOf(bytes: Uint8Array): string | undefined {
  return signatures.find(([, signature]) => signature.every((byte, i) => bytes[i] === byte))?.[0];
}

/** The pictures of all rooms, the newest of them. */
export class ImageStore {
  readonly #maxBytes: number;
  readonly #images = new Map<string, StoredImage>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Keeps a picture, and says by which id. */
  add(image: StoredImage): string {
    const id = randomUUID();
    this.#images.set(id, image);
    this.#bytes += image.bytes.length;
    for (const [oldest, { bytes }] of this.#images) {
      if (this.#bytes <= this.#maxBytes || oldest === id) break;
      this.#images.delete(oldest);
      this.#bytes -= bytes.length;
    }
    return id;
  }

  get(id: string): StoredImage | undefined {
    return this.#images.get(id);
  }
}
