import { ReadTurns } from '../../../src/transport/read-turns.ts';
import type { TransportEnd, TransportSink } from '../../../src/transport/transport.ts';
import { binaryFraming, textFraming } from '../../../src/transport/web-socket-framing.ts';
import { WebSocketTransport } from '../../../src/transport/web-socket-transport.ts';
import { FrameReader } from '../../../src/web-socket/frame-reader.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { turns } from '../../support/turn.ts';
import { FakeSocket } from './fake-socket.ts';

/** How long a peer may take to answer a close frame. */
export const closeTimeoutMs = 5_000;
// All sockets of an endpoint have the same.
const readTurns = new ReadTurns();
const plainReader = new FrameReader({ maxMessageBytes: 1_000, maxFragments: 8, mayCompress: false });

/** A transport on a socket in memory, and what it tells. */
export class Scene implements TransportSink {
  readonly socket: FakeSocket;
  readonly clock: FakeClock = new FakeClock();
  readonly data: string[] = [];
  readonly told: string[] = [];
  readonly ends: TransportEnd[] = [];
  readonly transport: WebSocketTransport;
  /** Called after each message. */
  onData: (() => void) | undefined;
  /** Called when the peer has broken the rules. */
  onFault: (() => void) | undefined;

  constructor(
    closeAnswer: 'normal' | 'echo' = 'echo',
    head: Buffer = Buffer.alloc(0),
    socket: FakeSocket = new FakeSocket(),
    reader: FrameReader = plainReader,
  ) {
    this.socket = socket;
    const framings = { Text: textFraming, Binary: binaryFraming };
    const rules = { reader, readTurns, framings, closeAnswer, closeTimeoutMs, clock: this.clock };
    this.transport = new WebSocketTransport(this.socket, head, rules);
    this.transport.sink = this;
  }

  transportData(chunk: Buffer): void {
    this.data.push(chunk.toString());
    this.onData?.();
  }

  transportDrain(): void {
    this.told.push('drain');
  }

  transportFault(code: number): void {
    this.told.push(`fault ${code}`);
    this.onFault?.();
  }

  transportClosing(): void {
    this.told.push('closing');
    this.transport.write(textFraming.wrap([Buffer.from('last')], 4));
  }

  transportEnd(end: TransportEnd): void {
    this.ends.push(end);
  }

  /** The peer sends frames in one piece. */
  async send(...frames: readonly Buffer[]): Promise<void> {
    this.socket.push(Buffer.concat(frames));
    await turns(2);
  }

  /** The peer ends its side of the TCP connection. */
  async leave(): Promise<void> {
    this.socket.push(null);
    await turns(2);
  }

  /** Every write, in hex. */
  get written(): string[] {
    return this.socket.writes.map((frame) => frame.toString('hex'));
  }
}
