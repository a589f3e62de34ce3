import { connect } from 'node:net';
import { clientFrame, FrameReader, messagesOf, withLength } from './frames.mjs';

/** Time stamps are microseconds above this, so that they always have 16 digits, as in `loadgen.cc`. */
const stampBase = 1e15;

/** @returns {number} */
export function stampUs() {
  return stampBase + Math.round(performance.now() * 1_000);
}

/**
 * @param {string} template
 * @param {{ stamp: number, seq: number, index: number, memory?: readonly string[] }} values
 */
export function render(template, { stamp, seq, index, memory = [] }) {
  return template.replace(/%[TSDCIJ%]/g, (code) => {
    if (code === '%T') return String(stamp);
    if (code === '%S') return String(seq);
    if (code === '%D') return String(seq).padStart(8, '0');
    if (code === '%I' || code === '%J') return memory[code === '%I' ? 0 : 1] ?? '';
    return code === '%C' ? String(index) : '%';
  });
}

/**
 * One connection: the upgrade, the greeting, then messages.
 * @typedef {{
 *   opened(client: Client): void, failed(client: Client, why: string): void,
 *   message(client: Client, message: Buffer): void, frame(bytes: number): void,
 * }} ClientEvents
 */
export class Client {
  /** @type {'upgrading' | 'hello' | 'ready' | 'over'} */
  state = 'upgrading';
  wasReady = false;
  seq = 0;
  #seenBeforeReady = 0;
  #head = Buffer.alloc(0);
  #reader = new FrameReader();
  /** @type {Buffer[]} */
  #out = [];

  /**
   * @param {import('./options.mjs').Options} options @param {number} index @param {ClientEvents} events
   * @param {Client} [before] whom this one continues, after a storm
   */
  constructor(options, index, events, before) {
    this.options = options;
    this.index = index;
    this.events = events;
    /** What was remembered from messages. @type {string[]} */
    this.memory = before?.memory ?? [];
    this.isBack = before !== undefined;
    this.hello = this.isBack ? options.backHello : options.hello;
    this.readyAfter = this.isBack ? options.backReadyAfter : options.readyAfter;
    this.marker = Buffer.from(options.tsMarker, 'latin1');
    this.question = Buffer.from(options.answerIf, 'latin1');
    const path = this.#render(this.isBack ? options.backPath : options.path);
    this.socket = connect(options.port, '127.0.0.1');
    this.socket.setNoDelay(true);
    this.socket.on('connect', () => this.socket.write(upgradeRequest(path, options)));
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

  /** The time stamp of a message; 0 when it has none. @param {Buffer} message */
  stampIn(message) {
    const at = message.indexOf(this.marker);
    if (at < 0) return 0;
    const digits = message.toString('latin1', at + this.marker.length, at + this.marker.length + 16);
    return /^\d{16}$/.test(digits) ? Number(digits) : 0;
  }

  /** @param {string} template @param {number} [stamp] */
  #render(template, stamp = stampUs()) {
    return render(template, { stamp, seq: 0, index: this.index, memory: this.memory });
  }

  /** @param {Buffer} chunk */
  #data(chunk) {
    if (this.state === 'over') return;
    if (this.state !== 'upgrading') {
      this.#reader.push(chunk, (payload, first) => this.#frame(payload, first));
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const status = this.#head.subarray(0, this.#head.indexOf('\r\n')).toString('latin1');
    if (!status.startsWith('HTTP/1.1 101')) {
      this.#over(`upgrade refused: ${status}`);
      return;
    }
    this.state = 'hello';
    const rest = this.#head.subarray(end + 4);
    this.#head = Buffer.alloc(0);
    for (const hello of this.hello) this.send(this.#render(hello));
    if (this.readyAfter === 0) this.#ready();
    if (rest.length > 0) this.#data(rest);
  }

  /** @param {Buffer} payload @param {number} first the first byte of the frame */
  #frame(payload, first) {
    const opcode = first & 0x0f;
    if (opcode === 9) this.socket.write(clientFrame(payload, false).fill(0x8a, 0, 1));
    if (opcode === 8) this.#over(`close frame ${payload.length < 2 ? 1005 : payload.readUInt16BE(0)}`);
    if (opcode > 2 || this.state === 'over') return;
    this.events.frame(payload.length);
    // Nothing is inflated: what is compressed counts as one. And the SignalR handshake is JSON in a frame of its own,
    // also where messages are packed.
    const isOne = (first & 0x40) !== 0 || (this.state === 'hello' && this.options.count === 'varint');
    for (const message of messagesOf(payload, isOne ? 'frames' : this.options.count)) this.#message(message);
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
    const asks = this.question.length > 0;
    if (asks && message.includes(this.question)) {
      this.#answer(message);
      return;
    }
    if (!asks && !this.isBack) this.#remember(message);
    if (this.state === 'ready') this.events.message(this, message);
    else if (this.state === 'hello' && ++this.#seenBeforeReady >= this.readyAfter) this.#ready();
  }

  /** @param {Buffer} message */
  #remember(message) {
    for (const [place, [after, until]] of this.options.remember.entries()) {
      const found = message.indexOf(after);
      const from = found + after.length;
      const to = found < 0 ? -1 : message.indexOf(until, from);
      if (to >= 0) this.memory[place] = message.toString('latin1', from, to);
    }
  }

  /** @param {Buffer} question */
  #answer(question) {
    this.#remember(question);
    const answer = this.#render(this.options.answer, this.stampIn(question));
    this.send(this.options.count === 'varint' ? withLength(answer) : answer);
  }

  #ready() {
    this.state = 'ready';
    this.wasReady = true;
    this.events.opened(this);
  }

  /** @param {string} why */
  #over(why) {
    if (this.state === 'over') return;
    this.state = 'over';
    this.socket.destroy();
    this.events.failed(this, why);
  }
}

/** @param {string} path @param {import('./options.mjs').Options} options */
function upgradeRequest(path, { port, offerDeflate }) {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(offerDeflate ? ['Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'] : []),
    '\r\n',
  ].join('\r\n');
}
