/**
 * Loads a module and prints everything that it did beside defining things: `node watch-import.mjs SPECIFIER HOW`.
 * Nothing printed, and an end by itself, means that loading has no side effect.
 */
import crypto from 'node:crypto';
import { createRequire } from 'node:module';
import 'node:http';
import 'node:https';
import 'ws';
// What is somebody else's is not ours to judge: a dependency, and the optional peers.
import '@opentelemetry/api';
import 'glass-easel';
import 'glass-easel-miniprogram-adapter';
import 'jose';
import 'prom-client';

const [specifier = '', how = 'import'] = process.argv.slice(2);
const require = createRequire(import.meta.url);
require('ws');
/** @type {string[]} */
const done = [];

/** @param {string} name @param {object} owner @param {string} member */
function watch(name, owner, member) {
  const original = Reflect.get(owner, member);
  Reflect.set(
    owner,
    member,
    /** @this {unknown} @param {unknown[]} args */ function watched(...args) {
      // Node's own loader goes through some of these doors too.
      const caller = new Error().stack?.split('\n')[2] ?? '';
      if (!caller.includes('node:')) done.push(`${name} ${caller.trim()}`);
      return Reflect.apply(original, this, args);
    },
  );
}

/** The names that exist on the globals and on the prototypes of the language. */
function names() {
  const owners = Object.getOwnPropertyNames(globalThis).flatMap((name) => {
    const value = Reflect.getOwnPropertyDescriptor(globalThis, name)?.value;
    if (typeof value !== 'function') return [];
    return [[name, value], ...(value.prototype ? [[`${name}.prototype`, value.prototype]] : [])];
  });
  const all = [['globalThis', globalThis], ...owners].flatMap(([owner, value]) =>
    Reflect.ownKeys(value).map((key) => `${owner}.${String(key)}`),
  );
  return new Set(all);
}

// Node makes some of its globals when they are first looked at, which is no effect of who looks.
for (const name of Object.getOwnPropertyNames(globalThis)) Reflect.get(globalThis, name);

const before = names();
for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']) watch(name, globalThis, name);
for (const name of ['log', 'info', 'warn', 'error', 'debug']) watch(`console.${name}`, console, name);
for (const name of ['on', 'once', 'addListener', 'emitWarning']) watch(`process.${name}`, process, name);
for (const name of ['randomBytes', 'randomUUID', 'randomFillSync']) watch(`crypto.${name}`, crypto, name);
watch('Math.random', Math, 'random');
watch('Date.now', Date, 'now');

if (how === 'require') require(specifier);
else await import(specifier);

done.push(...[...names()].filter((name) => !before.has(name)));
if (done.length > 0) {
  process.stdout.write(`${done.join('\n')}\n`);
  process.exitCode = 1;
}
