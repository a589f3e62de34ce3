/**
 * Raw `ws`, as one would write it by hand; the path says how a publication goes out:
 * `/plain` `client.send` for each; `/framed` the frame built once, written to each; `/joined` the publications of a turn
 * in one frame, built once. It speaks SignalR's messages without the handshake, so the bytes are the same as ours.
 */
import { createServer } from 'node:http';
import { Sender, WebSocket, WebSocketServer } from 'ws';
import { published, readSettings, socketsOf, tellHarness } from './control.mjs';
import { Seating } from './seating.mjs';

const settings = readSettings();
const end = '\x1e';
/** @type {Map<string, Set<WebSocket>>} */
const groups = new Map();
const seating = new Seating(settings);

/** @param {WebSocket} client */
function seat(client) {
  const names = seating.next();
  for (const name of names) {
    let members = groups.get(name);
    if (members === undefined) {
      members = new Set();
      groups.set(name, members);
    }
    members.add(client);
  }
  client.on('close', () => {
    for (const name of names) groups.get(name)?.delete(client);
  });
}

/** @param {string} text */
function frameOf(text) {
  const options = { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: false };
  return Buffer.concat(Sender.frame(Buffer.from(text), options));
}

/** @type {Map<string, string[]>} */
const pending = new Map();

function flush() {
  for (const [group, texts] of pending) {
    const frame = frameOf(texts.join(''));
    for (const client of groups.get(group) ?? []) write(client, frame);
  }
  pending.clear();
}

/** @param {any} client @param {Buffer} frame */
function write(client, frame) {
  if (client.readyState === WebSocket.OPEN) client._socket.write(frame);
}

/** @type {Record<string, (group: string, text: string) => void>} */
const ways = {
  '/plain': (group, text) => {
    for (const client of groups.get(group) ?? []) if (client.readyState === WebSocket.OPEN) client.send(text);
  },
  '/framed': (group, text) => {
    const frame = frameOf(text);
    for (const client of groups.get(group) ?? []) write(client, frame);
  },
  '/joined': (group, text) => {
    if (pending.size === 0) setImmediate(flush);
    const texts = pending.get(group);
    if (texts === undefined) pending.set(group, [text]);
    else texts.push(text);
  },
};

/** @param {WebSocket} client @param {string} invocationId @param {unknown} result */
function complete(client, invocationId, result) {
  client.send(JSON.stringify({ type: 3, invocationId, result }) + end);
}

/** What clients were asked, by the id of the question. @type {Map<string, (result: unknown) => void>} */
const questions = new Map();
let lastQuestion = 0;

/** Asks the caller; its answer is the result. @param {WebSocket} client @param {{ invocationId: string, arguments: unknown[] }} call */
function ask(client, call) {
  const invocationId = `s${++lastQuestion}`;
  questions.set(invocationId, (result) => complete(client, call.invocationId, result));
  client.send(JSON.stringify({ type: 1, invocationId, target: 'question', arguments: call.arguments }) + end);
}

/** @param {{ invocationId: string, result: unknown }} completion */
function answered({ invocationId, result }) {
  questions.get(invocationId)?.(result);
  questions.delete(invocationId);
}

const server = createServer();
const wss = new WebSocketServer({ server, perMessageDeflate: settings.deflate ? { threshold: 0 } : false });
wss.on('connection', (client, request) => {
  const { url } = request;
  const publish = ways[url ?? ''] ?? ways['/plain'];
  seat(client);
  client.on('message', (data, isBinary) => {
    if (url === '/bytes') {
      client.send(data, { binary: isBinary });
      return;
    }
    const text = data.toString();
    const message = JSON.parse(text.slice(0, -1));
    if (message.type === 3) answered(message);
    else if (message.target === 'publish') {
      published();
      publish(seating.target(), JSON.stringify({ type: 1, target: 'm', arguments: message.arguments }) + end);
    } else if (message.target === 'ask') ask(client, message);
    else complete(client, message.invocationId, message.arguments[0]);
  });
});
server.listen(0, '127.0.0.1', 4096, () => {
  const address = server.address();
  tellHarness(typeof address === 'object' ? (address?.port ?? 0) : 0, {
    '/reset': () => seating.reset(),
    '/connections': () => socketsOf(server),
  });
});
