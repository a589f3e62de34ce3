import { Duplex } from 'node:stream';

/** A socket whose other end is the test. */
export class FakeSocket extends Duplex {
  /** What was written, one for each write. */
  readonly writes: Buffer[] = [];
  /** Whether our side of the TCP connection was ended. */
  isEnded = false;
  #isStuck = false;
  #written: (() => void) | undefined;

  /** @param writableHighWaterMark how many bytes may wait before it speaks of them */
  constructor(writableHighWaterMark = 65_536) {
    // As the sockets of an HTTP server are.
    super({ allowHalfOpen: true, writableHighWaterMark });
  }

  /** The peer takes nothing any more. */
  stick(): void {
    this.#isStuck = true;
  }

  /** The peer takes what waits. */
  unstick(): void {
    this.#isStuck = false;
    this.#written?.();
    this.#written = undefined;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.writes.push(chunk);
    if (this.#isStuck) this.#written = done;
    else done();
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), '', done);
  }

  override _final(done: () => void): void {
    this.isEnded = true;
    done();
  }
}
