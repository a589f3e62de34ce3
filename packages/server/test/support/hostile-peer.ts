import { connect, type Socket } from 'node:net';
import { createJsonCodec, createMessagePackCodec, type HubMessage, MessageType } from '@minihub/protocol';
import { opcodes, toFrame } from '../raw/support/tcp-client.ts';
import type { Random } from './random.ts';

const codecs = { json: createJsonCodec(), messagepack: createMessagePackCodec() };
const { text, binary, ping, pong, close, continuation } = opcodes;
// Longer than that no session goes on by itself; slow heads are cut by the server before.
const patienceMs = 4_000;

/** One hostile session: what it sends, and whether it reads and waits for the end. */
type Session = (peer: Peer, random: Random) => Promise<void>;

/** A TCP connection that sends whatever it is told. */
class Peer {
  readonly port: number;
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #received = '';

  constructor(port: number) {
    this.port = port;
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk: Buffer) => {
      if (this.#received.length < 4_096) this.#received += chunk.toString('latin1');
    });
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
  }

  /** The beginning of what has come. */
  get received(): string {
    return this.#received;
  }

  write(...chunks: readonly (string | Uint8Array)[]): void {
    for (const chunk of chunks) if (!this.socket.destroyed) this.socket.write(chunk);
  }

  /** Upgrades, and sends the handshake of the hub protocol unless it is empty. */
  async upgrade(path: string, greeting = '{"protocol":"json","version":1}\u001e'): Promise<void> {
    this.write(upgradeHead(path), ...(greeting === '' ? [] : [toFrame(text, greeting)]));
    await this.answer();
  }

  /** Waits until something comes, or the end. */
  async answer(): Promise<void> {
    await this.#race(new Promise((resolve) => this.socket.once('data', resolve)));
  }

  /** Waits for the server to end it, but not for ever. */
  async untilClosed(): Promise<void> {
    await this.#race(new Promise(() => {}));
  }

  /** Goes without a word. */
  cut(): void {
    this.socket.destroy();
  }

  async #race(other: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([this.closed, other, patience]);
    clearTimeout(timer);
  }
}

function upgradeHead(path: string, more = ''): string {
  return (
    `GET ${path} HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
    `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`
  );
}

function post(path: string, body: string | Uint8Array = '', type = 'text/plain'): Buffer {
  const bytes = Buffer.from(body as string);
  const head = `POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

const bytesOf = (random: Random, most: number): Buffer =>
  Buffer.from(Array.from({ length: 1 + random.below(most) }, () => random.below(256)));
const oneOf = <Value>(random: Random, ...values: readonly Value[]): Value =>
  values[random.below(values.length)] as Value;
const times = <Value>(count: number, make: (i: number) => Value): Value[] =>
  Array.from({ length: count }, (_, i) => make(i));

const call = (target: string, invocationId: string | undefined, ...args: unknown[]): HubMessage => ({
  type: MessageType.Invocation,
  target,
  arguments: args,
  ...(invocationId === undefined ? undefined : { invocationId }),
});
const json = (...messages: readonly HubMessage[]): Buffer =>
  toFrame(text, messages.map((message) => codecs.json.encode(message) as string).join(''));
const hubPath = (random: Random): string => oneOf(random, '/hub', '/hub', '/limited', '/raw');

/** The token of a negotiated connection, over a connection of its own. */
async function negotiate(port: number, stateful = false): Promise<string | undefined> {
  const peer = new Peer(port);
  peer.write(post(`/hub/negotiate?negotiateVersion=1${stateful ? '&useStatefulReconnect=true' : ''}`));
  await peer.answer();
  peer.cut();
  return /"connectionToken":"([^"]+)"/.exec(peer.received)?.[1];
}

const sessions: Readonly<Record<string, Session>> = {
  async garbage(peer, random) {
    peer.write(bytesOf(random, 2_000));
    await peer.untilClosed();
  },
  async badHttp(peer, random) {
    peer.write(
      oneOf(
        random,
        'GET /hub HTTP/9.9\r\n\r\n',
        'GET\r\n\r\n',
        `GET /hub HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
        `GET /hub HTTP/1.1\r\nHost: h\r\n${times(3_000, (i) => `H${i}: x\r\n`).join('')}\r\n`,
        'POST /hub/negotiate HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n',
        'POST /hub/negotiate HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        'POST /hub?id=%00%ff HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n',
        'TRACE /hub HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
        'GET /hub/../../etc/passwd HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
        'GET //hub?%=%%%&id=&id=&ID=__proto__ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
        'GET /hub?id=__proto__ HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\nConnection: close\r\n\r\n',
        'OPTIONS /hub HTTP/1.1\r\nHost: h\r\nOrigin: null\r\nAccess-Control-Request-Method: X\r\nConnection: close\r\n\r\n',
      ),
    );
    await peer.untilClosed();
  },
  async badUpgrade(peer, random) {
    const head = upgradeHead(
      hubPath(random),
      oneOf(random, '', 'Sec-WebSocket-Protocol: ,,;;"\r\n', 'Sec-WebSocket-Extensions: a; b="c\r\n'),
    );
    peer.write(
      oneOf(
        random,
        head.replace(/Sec-WebSocket-Key.*\r\n/, ''),
        head.replace('Key: dG', 'Key: !!'),
        head.replace('Version: 13', 'Version: 99'),
        head.replace('Upgrade: websocket', `Upgrade: ${'h2c, '.repeat(300)}`),
        head.replace('GET', 'PUT'),
        head.replace('Host: h', 'Host: h\r\nOrigin: https://evil.example'),
        head.replace('/', '/hub?id=unknown&x=/'),
        head.slice(0, random.below(head.length)),
        head,
      ),
    );
    if (random.below(2) === 0) await peer.answer();
  },
  async slowHead(peer, random) {
    peer.write(upgradeHead('/hub').slice(0, 20 + random.below(60)));
    await peer.untilClosed();
  },
  async slowBody(peer) {
    peer.write('POST /hub/negotiate HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nx');
    await peer.untilClosed();
  },
  async connectAndLeave(peer, random) {
    if (random.below(2) === 0) await new Promise((resolve) => peer.socket.once('connect', resolve));
  },
  async abandonNegotiated(peer) {
    await negotiate(peer.port, true);
  },
  async halfOpen(peer, random) {
    await peer.upgrade('/hub', '');
    if (random.below(4) === 0) await peer.untilClosed();
  },
  async badHandshake(peer, random) {
    const greetings = [
      '\u001e',
      '{}\u001e',
      'null\u001e',
      '[]\u001e',
      '{"protocol":"json"}\u001e',
      '{"protocol":1,"version":1}\u001e',
      '{"protocol":"__proto__","version":1}\u001e',
      '{"protocol":"json","version":1e999}\u001e',
      '{"protocol":"json","version":3}\u001e',
      '{"protocol":"blazorpack","version":1}\u001e',
      `{"protocol":"${'x'.repeat(50_000)}`,
      `${'['.repeat(5_000)}\u001e`,
      '\u0000\u0001\u0002',
      '{"type":1,"target":"echo","arguments":[1]}\u001e',
    ];
    await peer.upgrade('/hub', oneOf(random, ...greetings));
    await peer.untilClosed();
  },
  async badFrames(peer, random) {
    await peer.upgrade(hubPath(random));
    peer.write(
      oneOf(
        random,
        toFrame(text, 'x', { isMasked: false }),
        toFrame(text, 'x', { rsv: 1 + random.below(7) }),
        toFrame(3 + random.below(5), 'x'),
        toFrame(11 + random.below(5), 'x'),
        toFrame(text, Buffer.from([0xff, 0xfe, 0xc0, 0x80])),
        toFrame(continuation, 'x'),
        Buffer.concat([toFrame(text, 'a', { fin: false }), toFrame(text, 'b')]),
        toFrame(text, '', { claimedLength: 2 ** 40 }),
        toFrame(binary, '', { claimedLength: 2 ** 53 }),
        toFrame(ping, 'x'.repeat(126)),
        toFrame(ping, 'x', { fin: false }),
        toFrame(close, 'x'),
        toFrame(close, Buffer.from([0x03, 0xed])),
        toFrame(close, Buffer.from([0x03, 0xe8, 0xff])),
        bytesOf(random, 500),
      ),
    );
    if (random.below(2) === 0) await peer.untilClosed();
  },
  async fragments(peer, random) {
    await peer.upgrade(hubPath(random));
    const one = toFrame(continuation, random.below(2) === 0 ? '' : ' ', { fin: false });
    peer.write(toFrame(text, '{', { fin: false }), Buffer.concat(times(2_000, () => one)));
    await peer.untilClosed();
  },
  async oversized(peer, random) {
    await peer.upgrade(hubPath(random));
    const size = oneOf(random, 32_768, 33_000, 70_000, 98_304, 200_000);
    peer.write(toFrame(text, `{"type":1,"target":"echo","arguments":["${'x'.repeat(size)}"]}\u001e`));
    if (random.below(2) === 0) await peer.untilClosed();
  },
  async badJson(peer, random) {
    await peer.upgrade('/hub');
    const records = [
      'null',
      '[]',
      '{}',
      '',
      '{"type":1}',
      '{"type":1,"target":5,"arguments":[]}',
      '{"type":1,"target":"__proto__","arguments":[]}',
      '{"type":1,"target":"constructor","invocationId":"__proto__","arguments":[{"__proto__":{"x":1}}]}',
      `{"type":1,"target":"echo","arguments":[${'['.repeat(200)}${']'.repeat(200)}]}`,
      `{"type":1,"target":"echo","arguments":[${times(300, () => 1)}]}`,
      `{"type":1,"target":"sum","arguments":[],"streamIds":[${times(65, (i) => `"${i}"`)}]}`,
      `{"type":1,"target":"echo","arguments":[1],"headers":{${times(65, (i) => `"h${i}":""`)}}}`,
      '{"type":1,"target":"echo","arguments":[1],"headers":{"a":1}}',
      '{"type":3,"invocationId":"1","result":1,"error":"x"}',
      '{"type":1e400}',
      '{"type":6',
      '{"type":1,"target":"echo","arguments":["\ud800"]}',
    ];
    peer.write(toFrame(text, `${oneOf(random, ...records)}\u001e`), json(call('echo', '1', 1)));
    if (random.below(2) === 0) await peer.answer();
  },
  async badMessagePack(peer, random) {
    await peer.upgrade('/hub', '{"protocol":"messagepack","version":1}\u001e');
    const deep = Buffer.concat([
      Buffer.from([0x96, 1, 0x80, 0xc0, 0xa1, 0x78]),
      Buffer.alloc(300, 0x91),
      Buffer.from([0xc0, 0x90]),
    ]);
    const bodies = [
      [0xdd, 0xff, 0xff, 0xff, 0xff],
      [0x96, 1, 0xdf, 0xff, 0xff, 0xff, 0xff],
      [0x96, 1, 0x80, 0xc0, 0xdb, 0xff, 0xff, 0xff, 0xff],
      [0x96, 1, 0x80, 0xc0, 0xa1, 0x78, 0xdd, 0x7f, 0xff, 0xff, 0xff, 0x90],
      [0x96, 1, 0x80, 0xc0, 0xa1, 0x78, 0x91, 0xc9, 0xff, 0xff, 0xff, 0xff, 0x01],
      [0x96, 1, 0x80, 0xc0, 0xa1, 0xff, 0x90, 0x90],
      [0xc1],
      [0x91, 0xc0],
      [0x80],
      [],
    ];
    const body = random.below(4) === 0 ? deep : Buffer.from(oneOf(random, ...bodies));
    const prefix = Buffer.from([0x80 | (body.length & 0x7f), body.length >> 7]);
    const whole = body.length < 128 ? Buffer.concat([Buffer.from([body.length]), body]) : Buffer.concat([prefix, body]);
    const lengths = Buffer.from(
      oneOf(random, [0xff, 0xff, 0xff, 0xff, 0x07], [0xff, 0xff, 0xff, 0xff, 0xff], [0x80, 0x80, 0x80]),
    );
    peer.write(toFrame(oneOf(random, binary, binary, text), random.below(3) === 0 ? lengths : whole));
    if (random.below(2) === 0) await peer.answer();
  },
  async wrongState(peer, random) {
    const stateful = random.below(2) === 0;
    const token = stateful ? await negotiate(peer.port, true) : undefined;
    const version = stateful ? 2 : 1;
    await peer.upgrade(stateful ? `/hub?id=${token}` : '/hub', `{"protocol":"json","version":${version}}\u001e`);
    const messages: HubMessage[] = [
      { type: MessageType.Completion, invocationId: 's1', result: 1 },
      { type: MessageType.StreamItem, invocationId: 'nobody', item: 1 },
      { type: MessageType.CancelInvocation, invocationId: '1' },
      { type: MessageType.Ack, sequenceId: 10_000 },
      { type: MessageType.Sequence, sequenceId: 10_000 },
      { type: MessageType.Sequence, sequenceId: 0 },
      { type: MessageType.Close, error: 'x' },
      call('add', '1', 1, 2),
      call('add', '1', 1, 2),
      call('ask', '2'),
      call('fail', '3'),
      call('wait', '4'),
    ];
    peer.write(json(...times(1 + random.below(8), () => oneOf(random, ...messages))));
    if (random.below(2) === 0) await peer.answer();
  },
  async invokeFlood(peer, random) {
    await peer.upgrade(oneOf(random, '/hub', '/limited'));
    const target = oneOf(random, 'echo', 'nope', 'wait', 'add', 'ask');
    const id = random.below(2) === 0;
    peer.write(json(...times(1_500, (i) => call(target, id ? `${i}` : undefined, 1, 2))));
    if (random.below(2) === 0) await peer.answer();
  },
  async pingFlood(peer, random) {
    await peer.upgrade(hubPath(random));
    // It does not read a single pong.
    peer.socket.pause();
    const frame = random.below(2) === 0 ? toFrame(ping, 'x'.repeat(100)) : json({ type: MessageType.Ping });
    peer.write(Buffer.concat(times(2_000, () => frame)));
    await new Promise((resolve) => setTimeout(resolve, random.below(50)));
  },
  async streamFlood(peer, random) {
    await peer.upgrade('/hub');
    const streams = times(
      20,
      (i): HubMessage => ({
        type: MessageType.StreamInvocation,
        invocationId: `${i}`,
        target: 'count',
        arguments: [50_000],
      }),
    );
    const up = { ...(call('sum', 'u') as object), streamIds: ['s'] } as unknown as HubMessage;
    const items = times(1_000, (item): HubMessage => ({ type: MessageType.StreamItem, invocationId: 's', item }));
    if (random.below(2) === 0) {
      peer.socket.pause();
      peer.write(json(...streams));
    } else {
      peer.write(json(up), json(...items));
    }
    await new Promise((resolve) => setTimeout(resolve, random.below(50)));
  },
  async broadcasts(peer, random) {
    await peer.upgrade('/hub');
    peer.socket.pause();
    peer.write(json(call('join', undefined, 'hostile'), ...times(50, () => call('shout', undefined, 'x'.repeat(500)))));
    await new Promise((resolve) => setTimeout(resolve, random.below(30)));
  },
  async longPolling(peer, random) {
    const token = await negotiate(peer.port);
    const poll = `GET /hub?id=${token} HTTP/1.1\r\nHost: h\r\n\r\n`;
    peer.write(poll);
    await peer.answer();
    const body = oneOf<string | Buffer>(
      random,
      '{"protocol":"json","version":1}\u001e',
      '[]\u001e',
      bytesOf(random, 300),
    );
    peer.write(post(`/hub?id=${token}`, body, oneOf(random, 'text/plain', 'application/octet-stream')));
    await peer.answer();
    if (random.below(2) === 0) peer.write(poll, poll);
    if (random.below(3) === 0) peer.write(`DELETE /hub?id=${token} HTTP/1.1\r\nHost: h\r\n\r\n`);
    if (random.below(2) === 0) await peer.answer();
  },
  async serverSentEvents(peer, random) {
    const token = await negotiate(peer.port);
    peer.write(`GET /hub?id=${token} HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n`);
    await peer.answer();
    const poster = new Peer(peer.port);
    const body = oneOf(
      random,
      '{"protocol":"json","version":1}\u001e',
      '{"protocol":"messagepack","version":1}\u001e',
      'x',
    );
    poster.write(post(`/hub?id=${token}`, body), post(`/hub?id=${token}`, bytesOf(random, 300)));
    await poster.answer();
    poster.cut();
  },
  async resumes(peer, random) {
    const token = await negotiate(peer.port, true);
    await peer.upgrade(`/hub?id=${token}`, '{"protocol":"json","version":2}\u001e');
    peer.write(json(call('echo', '1', 'x')));
    await peer.answer();
    if (random.below(2) === 0) peer.cut();
    const again = new Peer(peer.port);
    await again.upgrade(`/hub?id=${token}`, '');
    again.write(
      oneOf(
        random,
        json({ type: MessageType.Sequence, sequenceId: oneOf(random, 0, 1, 2, 3, 2 ** 50) }),
        json(call('echo', '1', 'x')),
        toFrame(text, '{"protocol":"json","version":2}\u001e'),
        toFrame(pong, 'x'),
      ),
    );
    if (random.below(2) === 0) await again.answer();
    again.cut();
  },
};

// These wait for a deadline of the server, so fewer of them.
const slow: ReadonlySet<string> = new Set(['slowHead', 'slowBody', 'garbage']);
const quick = Object.keys(sessions).filter((kind) => !slow.has(kind));

/** Plays one session, of a kind that `random` chooses, and goes without a word. Says which. */
export async function playHostileSession(port: number, random: Random): Promise<string> {
  const kind = random.below(100) < 4 ? oneOf(random, ...slow) : oneOf(random, ...quick);
  const peer = new Peer(port);
  await sessions[kind]?.(peer, random);
  peer.cut();
  await peer.closed;
  return kind;
}

/** The kinds of sessions. */
export const hostileKinds: readonly string[] = Object.keys(sessions);
