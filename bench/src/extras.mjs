/** What is measured without a server: the codecs, and the client. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildFolder, folder } from './places.mjs';
import { finished } from './processes.mjs';
import { table } from './report.mjs';

/** @param {string} script @param {readonly string[]} args */
async function resultOf(script, args) {
  const { code, stdout, stderr } = await finished([process.execPath, join(folder, 'src', script), ...args]);
  if (code !== 0) throw new Error(stderr.slice(0, 2_000));
  return JSON.parse(stdout);
}

/** @param {string} repository */
async function codecs(repository) {
  const outfile = join(buildFolder, 'protocol.mjs');
  await build({
    entryPoints: [join(repository, 'packages/protocol/src/index.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    outfile,
  });
  const { rows, bytes } = await resultOf('codecs.mjs', [outfile]);
  const lines = rows.map(
    (/** @type {{ name: string, nsMedian: number, nsMin: number }} */ { name, nsMedian, nsMin }) => [
      name,
      nsMedian.toFixed(0),
      nsMin.toFixed(0),
    ],
  );
  return (
    `### Codecs: one invocation with an object of three members\n\n${table(['what', 'median ns', 'lowest ns'], lines)}\n\n` +
    `On the wire it is ${bytes.json} bytes of JSON, ${bytes.messagepack} of MessagePack.`
  );
}

async function client() {
  const { dispatchNs, es2020, typeCheckSeconds } = await resultOf('client-cost.mjs', []);
  const { importsOnly, withHub } = typeCheckSeconds;
  return `### Client\n\n${table(
    ['what', ''],
    [
      ['parse and dispatch a message of 107 bytes', `${Math.round(dispatchNs)} ns`],
      ['everything the package exports, minified', `${es2020.minified} bytes, ${es2020.gzip} with gzip`],
      ['`tsc` for the imports alone', `${importsOnly.toFixed(1)} s`],
      ['`tsc` for a hub of 200 methods with schemas, and a call of each', `${withHub.toFixed(1)} s`],
    ],
  )}`;
}

/** @param {string} repository @returns {Promise<string[]>} sections of the report */
export async function runExtras(repository) {
  /** @type {string[]} */
  const sections = [];
  const wanted = existsSync(join(folder, 'node_modules/mitata')) ? [() => codecs(repository), client] : [client];
  for (const extra of wanted) {
    // One that fails must not cost the report of all the rest.
    const section = await extra().catch((/** @type {Error} */ error) => `A part is left out: ${error.message}`);
    sections.push(section);
  }
  return sections;
}
