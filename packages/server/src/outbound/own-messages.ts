import { Batch, type Framing, type Pending } from './batch.ts';

/**
 * What waits to be written to one connection and is for nobody else: answers, items, questions, as text, behind what it
 * shares with others. The texts are put together as they come and become bytes once, when they are written; a message
 * for one needs no object of its own.
 */
export class OwnMessages implements Pending {
  byteLength: number;
  length: number;
  readonly #before: Batch | undefined;
  #text: string;
  #ownLength = 1;

  /** @param byteLength that of `text` in UTF-8 */
  constructor(before: Batch | undefined, text: string, byteLength: number) {
    this.#before = before;
    this.#text = text;
    this.byteLength = (before?.byteLength ?? 0) + byteLength;
    this.length = (before?.length ?? 0) + 1;
  }

  /** Puts another message behind. */
  append(text: string, byteLength: number): void {
    this.#text += text;
    this.#ownLength++;
    this.byteLength += byteLength;
    this.length++;
  }

  /** A message that is not for this connection alone comes behind: from now on all of it is a batch. */
  extend(message: Batch): Batch {
    return this.#toBatch().extend(message);
  }

  framed(framing: Framing): Buffer {
    return this.#toBatch().framed(framing);
  }

  #toBatch(): Batch {
    return new Batch(this.#before, Buffer.from(this.#text, 'utf8'), true, this.#ownLength);
  }
}
