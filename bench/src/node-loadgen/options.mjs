/** The command line of the load generator: that of `loadgen.cc`, as far as the workloads need it. */

/**
 * @typedef {{
 *   port: number, path: string, mode: string, conns: number, connectConcurrency: number, connectTimeout: number,
 *   hello: string[], readyAfter: number, autoreply: [string, string][], ignore: string[], remember: [Buffer, Buffer][],
 *   answerIf: string, answer: string, backPath: string, backHello: string[], backReadyAfter: number, stormAck: string,
 *   msg: string, binary: boolean, count: string, tsMarker: string, rate: number, pipeline: number, publishers: number,
 *   perPublication: number, warmup: number, duration: number, settle: number, drain: number, offerDeflate: boolean,
 *   control: string,
 * }} Options
 */

const flags = new Set(['binary', 'offer-deflate', 'json']);
const lists = new Set(['hello', 'autoreply', 'ignore', 'remember', 'back-hello']);

/** C escapes, as the other load generator reads them; the result is one character per byte. @param {string} text */
export function unescapeText(text) {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  /** @type {Record<string, string>} */
  const named = { n: '\n', r: '\r', t: '\t', 0: '\0', '\\': '\\' };
  return bytes.replace(/\\(x[0-9a-fA-F]{2}|[nrt0\\])/g, (_all, code) =>
    code.startsWith('x') ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (named[code] ?? ''),
  );
}

/** @param {string} text @param {string} separator @returns {[string, string]} */
function halves(text, separator) {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}

/** @param {readonly string[]} args */
function readArguments(args) {
  /** @type {Map<string, string[]>} */
  const given = new Map();
  for (let i = 0; i < args.length; i++) {
    const name = (args[i] ?? '').replace(/^--/, '');
    const value = flags.has(name) ? '1' : args[++i];
    if (value === undefined) throw new Error(`--${name} needs a value`);
    const before = given.get(name) ?? [];
    given.set(name, lists.has(name) ? [...before, value] : [value]);
  }
  return given;
}

/** @param {readonly string[]} args @returns {Options} */
export function readOptions(args) {
  const given = readArguments(args);
  const all = (/** @type {string} */ name) => (given.get(name) ?? []).map(unescapeText);
  const text = (/** @type {string} */ name, fallback = '') => all(name)[0] ?? fallback;
  const number = (/** @type {string} */ name, /** @type {number} */ fallback) =>
    Number(given.get(name)?.[0] ?? fallback);
  const bytes = (/** @type {string} */ value) => Buffer.from(value, 'latin1');
  const hello = all('hello');
  const backHello = all('back-hello');
  const path = text('path', '/');
  return {
    port: number('port', 9001),
    path,
    mode: text('mode', 'echo'),
    conns: number('conns', 100),
    connectConcurrency: number('connect-concurrency', 64),
    connectTimeout: number('connect-timeout', 30),
    hello,
    readyAfter: number('ready-after', 0),
    autoreply: all('autoreply').map((pair) => halves(pair, '=')),
    ignore: all('ignore'),
    remember: all('remember').map((pair) => {
      const [after, until] = halves(pair, '...');
      return [bytes(after), bytes(until)];
    }),
    answerIf: text('answer-if'),
    answer: text('answer'),
    backPath: text('back-path', path),
    backHello: backHello.length === 0 ? hello : backHello,
    backReadyAfter: number('back-ready-after', number('ready-after', 0)),
    stormAck: text('storm-ack'),
    msg: text('msg'),
    binary: given.has('binary'),
    count: text('count', 'auto'),
    tsMarker: text('ts-marker', '"t":'),
    rate: number('rate', 0),
    pipeline: number('pipeline', 1),
    publishers: number('publishers', 1),
    perPublication: number('per-publication', 1),
    warmup: number('warmup', 1),
    duration: number('duration', 5),
    settle: number('settle', 0.2),
    drain: number('drain', 1),
    offerDeflate: given.has('offer-deflate'),
    control: text('server-control'),
  };
}
