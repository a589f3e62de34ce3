/**
 * The codecs alone, against what they are made of or could be: `node bench/src/codecs.mjs BUNDLE` prints one JSON object.
 * It runs in a process of its own, so that nothing else has warmed the engine up.
 */
import { decode, encode } from '@msgpack/msgpack';
import { bench, do_not_optimize, run } from 'mitata';
import { Packr } from 'msgpackr';

/** @type {any} */
const { createJsonCodec, createMessagePackCodec, MessageType } = await import(process.argv[2] ?? '');

const argument = { t: 1_000_000_000_000_000, s: 12, p: 'abcdefghijklmnopqrstuvwxyz012345' };
const message = { type: MessageType.Invocation, target: 'm', arguments: [argument] };
const array = [1, {}, null, 'm', [argument], []];
const utf8 = {
  encode: (/** @type {string} */ text) => Buffer.from(text),
  decode: (/** @type {Buffer} */ bytes, /** @type {number} */ start, /** @type {number} */ end) =>
    bytes.toString('utf8', start, end),
};
const json = createJsonCodec({ utf8 });
const pack = createMessagePackCodec({ utf8 });
const jsonBytes = Buffer.from(json.encode(message));
const packBytes = Buffer.from(pack.encode(message));
const plainText = JSON.stringify(message);
const packr = new Packr({ useRecords: false });
const bare = packr.pack(array);

/** @param {any} codec @param {Buffer} bytes */
function decoding(codec, bytes) {
  const decoder = codec.createDecoder();
  return () => {
    decoder.push(bytes);
    do_not_optimize(decoder.next());
    do_not_optimize(decoder.next());
  };
}

bench('encode JSON: JSON.stringify', () => do_not_optimize(JSON.stringify(message)));
bench('encode JSON: minihub', () => do_not_optimize(json.encode(message)));
bench('encode MessagePack: @msgpack/msgpack', () => do_not_optimize(encode(array)));
bench('encode MessagePack: msgpackr', () => do_not_optimize(packr.pack(array)));
bench('encode MessagePack: minihub', () => do_not_optimize(pack.encode(message)));
bench('decode JSON: toString and JSON.parse', () =>
  do_not_optimize(JSON.parse(jsonBytes.toString('utf8', 0, plainText.length))),
);
bench('decode JSON: minihub', decoding(json, jsonBytes));
bench('decode MessagePack: @msgpack/msgpack', () => do_not_optimize(decode(bare)));
bench('decode MessagePack: msgpackr', () => do_not_optimize(packr.unpack(bare)));
bench('decode MessagePack: minihub', decoding(pack, packBytes));

const { benchmarks } = await run({ format: 'quiet' });
const rows = benchmarks.map(({ alias, runs }) => {
  const { p50 = Number.NaN, min = Number.NaN } = runs[0]?.stats ?? {};
  return { name: alias, nsMedian: p50, nsMin: min };
});
process.stdout.write(`${JSON.stringify({ rows, bytes: { json: jsonBytes.length, messagepack: packBytes.length } })}\n`);
