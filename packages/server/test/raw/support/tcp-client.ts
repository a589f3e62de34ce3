import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A frame as it stands on the wire, unmasked. */
export interface Frame {
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly isMasked: boolean;
  readonly payload: Buffer;
}

/** How {@link toFrame} builds a frame; by default a final, masked one, as clients send them. */
export interface FrameOptions {
  readonly fin?: boolean;
  readonly rsv?: number;
  readonly isMasked?: boolean;
  /** The length that is claimed, when it is not that of the payload. */
  readonly claimedLength?: number;
  /** Spells the length in 2 or 8 bytes, however small it is. */
  readonly lengthBytes?: 2 | 8;
}

/** The opcodes. @see RFC 6455, 5.2 */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** Builds a frame. @see RFC 6455, 5.2 */
export function toFrame(opcode: number, payload: string | Uint8Array = '', options: FrameOptions = {}): Buffer {
  const { fin = true, rsv = 0, isMasked = true, lengthBytes } = options;
  const data = Buffer.from(payload as string);
  const length = options.claimedLength ?? data.length;
  const head = Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | opcode]);
  const maskBit = isMasked ? 0x80 : 0;
  let size: Buffer;
  if (length > 65_535 || lengthBytes === 8) {
    size = Buffer.alloc(9);
    size[0] = maskBit | 127;
    size.writeBigUInt64BE(BigInt(length), 1);
  } else if (length > 125 || lengthBytes === 2) {
    size = Buffer.alloc(3);
    size[0] = maskBit | 126;
    size.writeUInt16BE(length, 1);
  } else {
    size = Buffer.from([maskBit | length]);
  }
  if (!isMasked) return Buffer.concat([head, size, data]);
  const masked = data.map((byte, i) => byte ^ (mask[i % 4] as number));
  return Buffer.concat([head, size, mask, masked]);
}

/** The payload of a close frame. */
export function toClosePayload(code: number, reason: string | Uint8Array = ''): Buffer {
  return Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason as string)]);
}

/** What came after the upgrade until the server ended the TCP connection. */
export interface Heard {
  readonly frames: readonly Frame[];
  /** Bytes that are no whole frame. */
  readonly rest: Buffer;
}

/** A WebSocket client that knows nothing: it sends bytes, and cuts what comes back into frames. */
export class TcpClient implements AsyncDisposable {
  readonly socket: Socket;
  /** The server's answer to the handshake. */
  head = '';
  #received: Buffer = Buffer.alloc(0);
  #isOver = false;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake?.();
    });
    // A reset is an end like another here.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#isOver = true;
      this.#wake?.();
    });
  }

  /** Connects and upgrades, with an offer of a sub-protocol or of extensions. */
  static async open(port: number, path: string, subprotocol?: string, extensions?: string): Promise<TcpClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const client = new TcpClient(socket);
    const protocolLine = subprotocol === undefined ? '' : `Sec-WebSocket-Protocol: ${subprotocol}\r\n`;
    const extensionsLine = extensions === undefined ? '' : `Sec-WebSocket-Extensions: ${extensions}\r\n`;
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${protocolLine}${extensionsLine}\r\n`,
    );
    const head = await client.#readHead();
    if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(head);
    if (!head.includes('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')) throw new Error(head);
    client.head = head;
    return client;
  }

  write(...chunks: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(chunks));
  }

  /** The next frame. */
  async nextFrame(): Promise<Frame> {
    for (;;) {
      const frame = this.#takeFrame();
      if (frame !== undefined) return frame;
      if (this.#isOver) throw new Error('The connection is over.');
      await this.#more();
    }
  }

  /** Everything until the server ends the TCP connection. */
  async untilEnd(): Promise<Heard> {
    while (!this.#isOver) await this.#more();
    const frames: Frame[] = [];
    for (let frame = this.#takeFrame(); frame !== undefined; frame = this.#takeFrame()) frames.push(frame);
    return { frames, rest: this.#received };
  }

  /** Goes without a word. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    while (!this.#isOver) await this.#more();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #readHead(): Promise<string> {
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n');
      if (end >= 0) {
        const head = this.#received.toString('latin1', 0, end + 4);
        this.#received = this.#received.subarray(end + 4);
        return head;
      }
      if (this.#isOver) throw new Error(`No answer: ${this.#received.toString('latin1')}`);
      await this.#more();
    }
  }

  #takeFrame(): Frame | undefined {
    const bytes = this.#received;
    if (bytes.length < 2) return undefined;
    const [first, second] = bytes as unknown as [number, number];
    const short = second & 0x7f;
    const start = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (bytes.length < start) return undefined;
    const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
    if (bytes.length < start + length) return undefined;
    this.#received = bytes.subarray(start + length);
    return {
      fin: first >= 0x80,
      rsv: (first >> 4) & 7,
      opcode: first & 15,
      isMasked: second >= 0x80,
      payload: bytes.subarray(start, start + length),
    };
  }
}
