/**
 * How each kind of peer is spoken to: what to send after the upgrade, a publication, an invocation, and what to make of
 * the answers. The templates are those of the load generators: `%T` a time stamp, `%S` a sequence number (`%D` in eight
 * digits), `%I` the id of a question. `ask` is an invocation that asks the caller before it answers; `answer` is how a client answers then.
 * @typedef {{
 *   path: string, args: string[], publish: string, echo: string, count?: string, ask?: string, answer?: string[],
 * }} Dialect
 */

/** How long streams are. */
export const streamItems = 10_000;

const end = '\\x1e';
const jsonHello = `{"protocol":"json","version":1}${end}`;
const statefulHello = `{"protocol":"json","version":2}${end}`;
const packHello = `{"protocol":"messagepack","version":1}${end}`;

/** @param {number} size how many letters */
const letters = (size) => 'abcdefghijklmnopqrstuvwxyz012345'.repeat(Math.ceil(size / 32)).slice(0, size);

/** @param {number} size */
const payload = (size) => `{"t":%T,"s":%S,"p":"${letters(size)}"}`;

/** What a client answers: as long as what it was asked. @param {number} size */
const answered = (size) => `{"t":%T,"s":0,"p":"${letters(size)}"}`;

/** How SignalR's JSON is asked and answered. @param {number} size */
const asking = (size) => ({
  ask: `{"type":1,"invocationId":"%S","target":"ask","arguments":[${payload(size)}]}${end}`,
  answer: [
    ...['--answer-if', '"target":"question"', '--remember', '"invocationId":"..."'],
    ...['--answer', `{"type":3,"invocationId":"%I","result":${answered(size)}}${end}`],
  ],
});

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

/** Bytes of a template once its numbers stand there. @param {string} template */
function lengthOf(template) {
  return template
    .replace(/\\x[0-9a-f]{2}/g, '.')
    .replaceAll('%T', '0123456789abcdef')
    .replaceAll('%D', '01234567').length;
}

/** @param {string} body */
const pack = (body) => packed(body, lengthOf(body));

/** SignalR's JSON protocol. @param {number} size @param {string} hello @returns {Dialect} */
const json = (size, hello) => ({
  path: '/hub',
  args: ['--hello', hello, '--ready-after', '1', '--ignore', '{"type":6}'],
  publish: `{"type":1,"target":"publish","arguments":[${payload(size)}]}${end}`,
  echo: `{"type":1,"invocationId":"%S","target":"echo","arguments":[${payload(size)}]}${end}`,
  count: `{"type":4,"invocationId":"%S","target":"count","arguments":[${streamItems}]}${end}`,
  ...asking(size),
});

/** @type {Record<string, (size: number) => Dialect>} */
export const dialects = {
  json: (size) => json(size, jsonHello),
  // The version that knows acknowledgements.
  'json-2': (size) => json(size, statefulHello),
  // SignalR's MessagePack protocol. The handshake is JSON there too.
  messagepack: (size) => ({
    path: '/hub',
    args: ['--hello', packHello, '--ready-after', '1', '--binary', '--count', 'varint', '--ts-marker', '\\xa1t\\xb0'],
    publish: pack(`\\x96\\x01\\x80\\xc0\\xa7publish\\x91${packedPayload(size)}\\x90`),
    echo: pack(`\\x96\\x01\\x80\\xa8%D\\xa4echo\\x91${packedPayload(size)}\\x90`),
    count: pack(`\\x96\\x04\\x80\\xa8%D\\xa5count\\x91${hex([0xcd, streamItems >> 8, streamItems & 0xff])}\\x90`),
    ask: pack(`\\x96\\x01\\x80\\xa8%D\\xa3ask\\x91${packedPayload(size)}\\x90`),
    // The load generator writes the length, because the id of the question has any.
    answer: [
      ...['--answer-if', '\\xa8question', '--remember', '\\x96\\x01\\x80...\\xa8question'],
      ...['--answer', `\\x95\\x03\\x80%I\\x03${packedPayload(size)}`],
    ],
  }),
  // The same texts as `json` without a handshake: raw `ws`, Bun.
  bare: (size) => ({
    path: '/plain',
    args: [],
    publish: `{"type":1,"target":"publish","arguments":[${payload(size)}]}${end}`,
    echo: `{"type":1,"invocationId":"%S","target":"echo","arguments":[${payload(size)}]}${end}`,
    ...asking(size),
  }),
  // Bytes come back as they are.
  bytes: (size) => ({ path: '/bytes', args: [], publish: '', echo: payload(size) }),
  'socket.io': (size) => ({
    path: '/socket.io/?EIO=4&transport=websocket',
    args: ['--hello', '40', '--ready-after', '2', '--autoreply', '2=3', '--count', 'frames'],
    publish: `42["publish",${payload(size)}]`,
    echo: `42%S["echo",${payload(size)}]`,
    count: `42%S["count",${streamItems}]`,
    ask: `42%S["ask",${payload(size)}]`,
    answer: ['--answer-if', '["question",', '--remember', '42...[', '--answer', `43%I[${answered(size)}]`],
  }),
};
