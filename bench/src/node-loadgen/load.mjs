import { Client, render, stampUs } from './client.mjs';

/** @typedef {import('./client.mjs').ClientEvents} ClientEvents */

/**
 * The connections of one run, and the load on them: what is due is sent, what comes is counted.
 * @implements {ClientEvents}
 */
export class Load {
  /** @type {Client[]} */
  clients = [];
  /** @type {Map<string, number>} */
  failures = new Map();
  /** @type {number[]} */
  latencies = [];
  counts = { opened: 0, messages: 0, frames: 0, payloadBytes: 0, sent: 0 };
  isEnding = false;
  #isOn = false;
  #connecting = 0;
  #concurrency;
  #turn = 0;
  #published = 0;
  #baseMessages = 0;

  /** @param {import('./options.mjs').Options} options */
  constructor(options) {
    this.options = options;
    this.#concurrency = options.connectConcurrency;
  }

  /** Connections that are over without our doing. */
  get lost() {
    return [...this.failures.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Opens connections, as many at once as wanted; more follow as they are ready. */
  connect() {
    this.#connectMore();
  }

  /** Cuts everybody off, and lets everybody come back at once. */
  cutAndReturn() {
    const gone = this.clients.filter(({ state }) => state === 'ready');
    for (const client of gone) client.reset();
    for (const client of gone) {
      this.#connecting++;
      this.clients[client.index] = new Client(this.options, client.index, this, client);
    }
  }

  /** Begins to send what the mode asks for. */
  start() {
    const { mode, rate, pipeline } = this.options;
    this.#isOn = mode === 'echo' || mode === 'fanout-recv';
    this.#published = 0;
    this.#baseMessages = this.counts.messages;
    if (!this.#isOn) return;
    if (rate > 0) this.#pace();
    else if (mode === 'fanout-recv') this.#publishMore();
    else for (const client of this.clients) for (let i = 0; i < pipeline; i++) this.#sendTo(client);
  }

  stop() {
    this.#isOn = false;
  }

  /** One publication. @param {number} [stamp] */
  publish(stamp) {
    const publisher = this.clients[this.#published++ % Math.max(1, this.options.publishers)];
    if (publisher?.state === 'ready') this.#sendTo(publisher, stamp);
  }

  // ---- what clients tell

  opened() {
    this.counts.opened++;
    this.#connecting--;
    this.#connectMore();
  }

  /** @param {Client} client @param {string} why */
  failed(client, why) {
    if (this.isEnding) return;
    this.failures.set(why, (this.failures.get(why) ?? 0) + 1);
    if (client.wasReady) return;
    this.#connecting--;
    this.#connectMore();
  }

  /** @param {number} bytes */
  frame(bytes) {
    this.counts.frames++;
    this.counts.payloadBytes += bytes;
  }

  /** @param {Client} client @param {Buffer} message */
  message(client, message) {
    this.counts.messages++;
    const stamp = client.stampIn(message);
    if (stamp > 0) this.latencies.push(stampUs() - stamp);
    if (!this.#isOn || this.options.rate > 0) return;
    if (this.options.mode === 'echo') this.#sendTo(client);
    else this.#publishMore();
  }

  // ---- the rest

  #connectMore() {
    while (this.clients.length < this.options.conns && this.#connecting < this.#concurrency) {
      this.#connecting++;
      this.clients.push(new Client(this.options, this.clients.length, this));
    }
  }

  /** @param {Client} client @param {number} [stamp] */
  #sendTo(client, stamp = stampUs()) {
    this.counts.sent++;
    client.send(render(this.options.msg, { stamp, seq: client.seq++, index: client.index }));
  }

  /** Closed loop: keeps as many publications in flight as asked for. */
  #publishMore() {
    const { pipeline, perPublication } = this.options;
    const each = Math.max(1, this.clients.length) * perPublication;
    const done = Math.floor((this.counts.messages - this.#baseMessages) / each);
    while (this.#published < done + pipeline) this.publish();
  }

  /** Open loop: what is due is stamped with the time when it was due. */
  #pace() {
    const { rate, mode } = this.options;
    const stepUs = 1e6 / rate;
    let dueUs = stampUs();
    const timer = setInterval(() => {
      if (!this.#isOn) return clearInterval(timer);
      for (const now = stampUs(); dueUs <= now; dueUs += stepUs) {
        const stamp = Math.round(dueUs);
        if (mode !== 'echo') this.publish(stamp);
        else this.#sendTo(/** @type {Client} */ (this.clients[this.#turn++ % this.clients.length]), stamp);
      }
    }, 1);
  }
}
