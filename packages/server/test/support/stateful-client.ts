import {
  encodeHandshakeRequest,
  type HubCodec,
  type HubMessage,
  MessageType,
  parseHandshakeResponse,
} from '@minihub/protocol';
import { WebSocket } from 'ws';

/** What a {@link StatefulClient} is told to do. */
export interface StatefulClientOptions {
  /** With the connection token. */
  readonly url: string;
  readonly codec: HubCodec;
  /** Takes each message that counts, once and in order. */
  readonly received: (message: HubMessage) => void;
  /** How many messages may come before the client acknowledges them. */
  readonly ackEvery: number;
}

/**
 * A client that speaks stateful reconnect by hand, from its description alone: it counts and keeps in the plainest way
 * there is, and comes back for as long as it takes, also when a resume itself is cut. @see signalr.md 1.12
 */
export class StatefulClient {
  readonly #options: StatefulClientOptions;
  /** Everything that was ever sent and counts; the id of a message is its index plus 1. */
  readonly #sent: (string | Uint8Array)[] = [];
  #acknowledged = 0;
  #highest = 0;
  #next = 1;
  #socket: WebSocket | undefined;
  #isOpen = false;
  #isStopped = false;
  /** Sockets that were opened, and messages that came twice. */
  sockets = 0;
  doubled = 0;
  /** Why the server did not let it come back; `undefined` while it does. */
  refusal: number | undefined;

  constructor(options: StatefulClientOptions) {
    this.#options = options;
  }

  /** Connects and does the handshake. */
  async start(): Promise<void> {
    const { codec } = this.#options;
    let isGreeted!: () => void;
    const greeted = new Promise<void>((resolve) => {
      isGreeted = resolve;
    });
    const read = this.#reader(true);
    let isFirst = true;
    const socket = await this.#open((data) => {
      if (!isFirst) read(data);
      else parseHandshakeResponse(data.toString('utf8').slice(0, -1));
      isFirst = false;
      isGreeted();
    });
    socket.send(encodeHandshakeRequest({ protocol: codec.name, version: 2 }));
    await greeted;
    this.#opened(socket);
  }

  /** Sends a message that counts; while the connection is away it is only kept. */
  send(message: HubMessage): void {
    const bytes = this.#options.codec.encode(message);
    this.#sent.push(bytes);
    if (this.#isOpen) this.#socket?.send(bytes);
  }

  /** Whether a socket is attached, as far as this side knows. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Leaves in order. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close(1000);
    await closed;
  }

  /** Messages may come in the turn in which the socket opens, so who reads them is told beforehand. */
  #open(read: (data: Buffer) => void): Promise<WebSocket> {
    const socket = new WebSocket(this.#options.url, { perMessageDeflate: false });
    this.#socket = socket;
    this.sockets++;
    return new Promise((resolve, reject) => {
      socket.on('message', read);
      socket.on('error', reject);
      socket.once('unexpected-response', (_, response) => {
        this.refusal = response.statusCode;
        reject(new Error(`refused with ${response.statusCode}`));
      });
      socket.once('open', () => resolve(socket));
    });
  }

  #reader(hasSequence: boolean): (data: Buffer) => void {
    const decoder = this.#options.codec.createDecoder({ maxMessageBytes: 0 });
    let knowsSequence = hasSequence;
    return (data) => {
      decoder.push(data);
      for (let message = decoder.next(); message !== undefined; message = decoder.next()) {
        if (message.type === MessageType.Sequence) {
          knowsSequence = true;
          this.#next = message.sequenceId;
        } else if (knowsSequence) {
          this.#take(message);
        } else {
          throw new Error(`A ${message.type} came before the Sequence.`);
        }
      }
    };
  }

  #opened(socket: WebSocket): void {
    const lost = (): void => {
      this.#isOpen = false;
      if (!this.#isStopped) void this.#resume();
    };
    if (socket.readyState === WebSocket.CLOSED) {
      lost();
      return;
    }
    this.#isOpen = true;
    socket.once('close', lost);
  }

  #take(message: HubMessage): void {
    if (message.type === MessageType.Ack) {
      this.#acknowledged = Math.max(this.#acknowledged, message.sequenceId);
      return;
    }
    if (message.type > MessageType.CancelInvocation) return;
    const id = this.#next++;
    if (id <= this.#highest) {
      this.doubled++;
      return;
    }
    if (id !== this.#highest + 1) throw new Error(`Message ${id} came after ${this.#highest}.`);
    this.#highest = id;
    this.#options.received(message);
    if (id % this.#options.ackEvery === 0) this.#write({ type: MessageType.Ack, sequenceId: id });
  }

  async #resume(): Promise<void> {
    while (!this.#isStopped && this.refusal === undefined) {
      try {
        const socket = await this.#open(this.#reader(false));
        const first = this.#acknowledged;
        this.#write({ type: MessageType.Sequence, sequenceId: first + 1 });
        for (const bytes of this.#sent.slice(first)) socket.send(bytes);
        this.#opened(socket);
        return;
      } catch {
        // Cut while it came back: once more.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  #write(message: HubMessage): void {
    this.#socket?.send(this.#options.codec.encode(message));
  }
}
