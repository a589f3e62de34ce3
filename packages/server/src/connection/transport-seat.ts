import type { TransferFormat } from '@minihub/protocol';
import type { Framing } from '../outbound/batch.ts';
import type { Transport, TransportEnd, TransportSink } from '../transport/transport.ts';

/** For a transport that nobody listens to any more. */
const deafSink: TransportSink = { transportData() {}, transportDrain() {}, transportEnd() {} };

// The answer to a handshake is the same for nearly everybody, so the last frame is kept.
let lastText: string | undefined;
let lastFraming: Framing | undefined;
let lastFrame: Buffer | undefined;

function frameOf(text: string, framing: Framing): Buffer {
  if (lastFrame !== undefined && lastText === text && lastFraming === framing) return lastFrame;
  const bytes = Buffer.from(text);
  lastText = text;
  lastFraming = framing;
  lastFrame = framing.wrap([bytes], bytes.length);
  return lastFrame;
}

/**
 * What sits on a transport: with stateful reconnect another may take its place. The connection is one rather than to
 * have one, because there are as many seats as connections.
 */
export abstract class TransportSeat implements TransportSink {
  #transport: Transport;
  #isHeld = false;
  #isOver = false;

  constructor(transport: Transport) {
    this.#transport = transport;
    transport.sink = this;
  }

  abstract transportData(chunk: Buffer, isBinary: boolean): void;
  abstract transportDrain(): void;
  abstract transportEnd(end: TransportEnd): void;

  /** The transport that sits here, or sat here last. */
  protected get transport(): Transport {
    return this.#transport;
  }

  /** Whether the transport has ended. */
  protected get isTransportOver(): boolean {
    return this.#isOver;
  }

  /** Whether reading is held back. */
  protected get isReadingHeld(): boolean {
    return this.#isHeld;
  }

  /** Stops reading, or reads again. `mayPause` is false once the peer's answer to our close must still be read. */
  protected holdReading(isHeld: boolean, mayPause: boolean): void {
    this.#isHeld = isHeld;
    if (this.#isOver) return;
    if (!isHeld) this.#transport.resume();
    else if (mayPause) this.#transport.pause();
  }

  /** Writes a text in a frame of its own, past every queue: what comes before the first hub message. */
  protected writeText(text: string, format: TransferFormat): void {
    this.#transport.write(frameOf(text, this.#transport.framing(format)));
  }

  /** The transport has ended. */
  protected leaveTransport(): void {
    this.#isOver = true;
  }

  /** Nobody is believed to be at the other end any more: it ends at once, as if the network had cut it. */
  protected cutTransport(): void {
    this.#dismiss();
    this.transportEnd({ graceful: false, vanished: true });
  }

  /** Another transport takes over; one that is still attached, half-dead perhaps, is cut. */
  protected replaceTransport(transport: Transport): void {
    this.#dismiss();
    this.#transport = transport;
    this.#isOver = false;
    transport.sink = this;
  }

  /** Stops the transport that took over from reading, where reading was held back before. */
  protected holdReadingAgain(): void {
    if (this.#isHeld) this.#transport.pause();
  }

  #dismiss(): void {
    this.#transport.sink = deafSink;
    if (!this.#isOver) this.#transport.terminate();
  }
}
