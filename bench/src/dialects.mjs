/**
 * How each kind of peer is spoken to: what to send after the upgrade, a publication, an invocation, and what to make of
 * the answers. The templates are those of the load generators: `%T` a time stamp, `%S` a sequence number.
 * @typedef {{ path: string, args: string[], publish: string, echo: string, count: string }} Dialect
 */

const end = '\\x1e';
const jsonHello = `{"protocol":"json","version":1}${end}`;
const packHello = `{"protocol":"messagepack","version":1}${end}`;

/** @param {number} size how many letters */
const letters = (size) => 'abcdefghijklmnopqrstuvwxyz012345'.repeat(Math.ceil(size / 32)).slice(0, size);

/** @param {number} size */
const payload = (size) => `{"t":%T,"s":%S,"p":"${letters(size)}"}`;

/** The same in MessagePack: the time stamp is a text of 16 digits, because the load generators write digits. @param {number} size */
function packedPayload(size) {
  return `\\x82\\xa1t\\xb0%T\\xa1p${packText(letters(size))}`;
}

/** @param {string} text */
function packText(text) {
  if (text.length < 32) return hex([0xa0 | text.length]) + text;
  if (text.length < 256) return hex([0xd9, text.length]) + text;
  return hex([0xda, text.length >> 8, text.length & 0xff]) + text;
}

/** @param {readonly number[]} bytes */
function hex(bytes) {
  return bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/** Puts the length of a SignalR message before it. @param {string} body @param {number} byteLength */
function packed(body, byteLength) {
  const head = [];
  let rest = byteLength;
  do {
    head.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return hex(head) + body;
}

/** Bytes of a template once `%T` stands for its 16 digits. @param {string} template */
function lengthOf(template) {
  return template.replace(/\\x[0-9a-f]{2}/g, '.').replaceAll('%T', '0123456789abcdef').length;
}

/** @param {string} body */
const pack = (body) => packed(body, lengthOf(body));

/** @type {Record<string, (size: number) => Dialect>} */
export const dialects = {
  // SignalR's JSON protocol.
  json: (size) => ({
    path: '/hub',
    args: ['--hello', jsonHello, '--ready-after', '1', '--ignore', '{"type":6}'],
    publish: `{"type":1,"target":"publish","arguments":[${payload(size)}]}${end}`,
    echo: `{"type":1,"invocationId":"%S","target":"echo","arguments":[${payload(size)}]}${end}`,
    count: `{"type":4,"invocationId":"%S","target":"count","arguments":[10000]}${end}`,
  }),
  // SignalR's MessagePack protocol. The handshake is JSON there too.
  messagepack: (size) => ({
    path: '/hub',
    args: ['--hello', packHello, '--ready-after', '1', '--binary', '--count', 'varint', '--ts-marker', '\\xa1t\\xb0'],
    publish: pack(`\\x96\\x01\\x80\\xc0\\xa7publish\\x91${packedPayload(size)}\\x90`),
    echo: pack(`\\x96\\x01\\x80\\xb0%T\\xa4echo\\x91${packedPayload(size)}\\x90`),
    count: pack('\\x96\\x04\\x80\\xb0%T\\xa5count\\x91\\xcd\\x27\\x10\\x90'),
  }),
  // The same texts as `json` without a handshake: raw `ws`, Bun.
  bare: (size) => ({
    path: '/plain',
    args: [],
    publish: `{"type":1,"target":"publish","arguments":[${payload(size)}]}${end}`,
    echo: `{"type":1,"invocationId":"%S","target":"echo","arguments":[${payload(size)}]}${end}`,
    count: '',
  }),
  // Bytes come back as they are.
  bytes: (size) => ({ path: '/bytes', args: [], publish: '', echo: payload(size), count: '' }),
  'socket.io': (size) => ({
    path: '/socket.io/?EIO=4&transport=websocket',
    args: ['--hello', '40', '--ready-after', '2', '--autoreply', '2=3', '--count', 'frames'],
    publish: `42["publish",${payload(size)}]`,
    echo: `42%S["echo",${payload(size)}]`,
    count: '42%S["count",10000]',
  }),
};
