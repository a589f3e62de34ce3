import { connect } from 'node:net';
import { clientFrame, FrameReader, messagesOf } from './frames.mjs';

/** Time stamps are microseconds above this, so that they always have 16 digits, as in `loadgen.cc`. */
const stampBase = 1e15;

/** @returns {number} */
export function stampUs() {
  return stampBase + Math.round(performance.now() * 1_000);
}

/** @param {string} template @param {{ stamp: number, seq: number, index: number }} values */
export function render(template, { stamp, seq, index }) {
  return template.replace(/%[TSC%]/g, (code) => {
    if (code === '%T') return String(stamp);
    if (code === '%S') return String(seq);
    return code === '%C' ? String(index) : '%';
  });
}

/**
 * One connection: the upgrade, the greeting, then messages.
 * @typedef {{ opened(client: Client): void, failed(client: Client, why: string): void, message(client: Client, message: Buffer): void, frame(): void }} ClientEvents
 */
export class Client {
  /** @type {'upgrading' | 'hello' | 'ready' | 'over'} */
  state = 'upgrading';
  inFlight = 0;
  seq = 0;
  #seenBeforeReady = 0;
  #head = Buffer.alloc(0);
  #reader = new FrameReader();
  /** @type {Buffer[]} */
  #out = [];

  /** @param {import('./options.mjs').Options} options @param {number} index @param {ClientEvents} events */
  constructor(options, index, events) {
    this.options = options;
    this.index = index;
    this.events = events;
    this.socket = connect(options.port, '127.0.0.1');
    this.socket.setNoDelay(true);
    this.socket.on('connect', () => this.socket.write(upgradeRequest(options)));
    this.socket.on('data', (chunk) => this.#data(chunk));
    this.socket.on('error', (error) => this.#over(error.message));
    this.socket.on('close', () => this.#over('closed'));
  }

  /** Queues a message; {@link Client.flush} writes what is queued in one piece. @param {string} text one character a byte */
  send(text, isBinary = this.options.binary) {
    if (this.#out.push(clientFrame(Buffer.from(text, 'latin1'), isBinary)) === 1) queueMicrotask(() => this.flush());
  }

  flush() {
    const frames = this.#out;
    this.#out = [];
    const [only] = frames;
    if (only !== undefined && this.state !== 'over')
      this.socket.write(frames.length === 1 ? only : Buffer.concat(frames));
  }

  /** Goes without a word. */
  reset() {
    this.state = 'over';
    this.socket.resetAndDestroy();
  }

  /** @param {Buffer} chunk */
  #data(chunk) {
    if (this.state !== 'upgrading') {
      this.#reader.push(chunk, (payload, opcode) => this.#frame(payload, opcode));
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const status = this.#head.subarray(0, this.#head.indexOf('\r\n')).toString('latin1');
    if (!status.startsWith('HTTP/1.1 101')) {
      this.#over(status);
      return;
    }
    this.state = 'hello';
    const rest = this.#head.subarray(end + 4);
    this.#head = Buffer.alloc(0);
    for (const hello of this.options.hello) this.send(render(hello, { stamp: stampUs(), seq: 0, index: this.index }));
    if (this.options.readyAfter === 0) this.#ready();
    if (rest.length > 0) this.#data(rest);
  }

  /** @param {Buffer} payload @param {number} opcode */
  #frame(payload, opcode) {
    if (opcode === 9) this.socket.write(clientFrame(payload, false).fill(0x8a, 0, 1));
    if (opcode > 2) return;
    this.events.frame();
    // The SignalR handshake is JSON in a frame of its own, also where messages are packed.
    const count = this.state === 'hello' && this.options.count === 'varint' ? 'frames' : this.options.count;
    for (const message of messagesOf(payload, count)) this.#message(message);
  }

  /** @param {Buffer} message */
  #message(message) {
    const { autoreply, ignore } = this.options;
    if (autoreply.length > 0 || ignore.length > 0) {
      const text = message.toString('latin1');
      const reply = autoreply.find(([asked]) => asked === text);
      if (reply !== undefined) this.send(reply[1], false);
      if (reply !== undefined || ignore.includes(text)) return;
    }
    if (this.state === 'ready') this.events.message(this, message);
    else if (this.state === 'hello' && ++this.#seenBeforeReady >= this.options.readyAfter) this.#ready();
  }

  #ready() {
    this.state = 'ready';
    this.events.opened(this);
  }

  /** @param {string} why */
  #over(why) {
    if (this.state === 'over') return;
    this.state = 'over';
    this.events.failed(this, why);
  }
}

/** @param {import('./options.mjs').Options} options */
function upgradeRequest({ path, port, offerDeflate }) {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(offerDeflate ? ['Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover'] : []),
    '\r\n',
  ].join('\r\n');
}
