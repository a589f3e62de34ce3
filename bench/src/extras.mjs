/** What is measured without a server: the codecs, and the client. Each is a section of the report. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildFolder, folder, repository } from './places.mjs';
import { finished } from './processes.mjs';
import { table } from './report.mjs';

const patienceMs = 180_000;

/** @param {string} script @param {readonly string[]} args */
async function resultOf(script, args) {
  const command = [process.execPath, join(folder, 'src', script), ...args];
  const { code, stdout, stderr } = await finished(command, { timeoutMs: patienceMs });
  if (code !== 0) throw Object.assign(new Error(`${script} ended with ${code}`), { stderr });
  return JSON.parse(stdout);
}

async function codecs() {
  if (!existsSync(join(folder, 'node_modules/mitata'))) throw new Error('mitata is not installed');
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

/** @param {{ name: string, minified: number, gzip: number }} size */
const sizeRow = ({ name, minified, gzip }) => [
  `\`${name}\``,
  `${gzip.toLocaleString('en-US')} bytes gzipped, ${minified.toLocaleString('en-US')} minified`,
];

/** @param {{ isQuick: boolean }} options a quick run checks no types: that alone takes as long as two workloads */
async function client({ isQuick }) {
  const measured = await resultOf('client-cost.mjs', isQuick ? ['--no-types'] : []);
  const { dispatchNs, floorNs, messageBytes, entries, miniProgram, typeCheckSeconds } = measured;
  return `### Client\n\n${table(
    ['what', ''],
    [
      [`parse and dispatch a message of ${messageBytes} bytes`, `${Math.round(dispatchNs)} ns`],
      ['the same with `JSON.parse` and a map of callbacks alone', `${Math.round(floorNs)} ns`],
      ...entries.map(sizeRow),
      ...(miniProgram.length === 0 ? [['`miniprogram_dist`', 'not built: `npm run build`']] : miniProgram.map(sizeRow)),
      ...(typeCheckSeconds === undefined
        ? []
        : [
            ['`tsc` for the imports alone', `${typeCheckSeconds.importsOnly.toFixed(1)} s`],
            [
              '`tsc` for a hub of 200 methods with schemas, and a call of each',
              `${typeCheckSeconds.withHub.toFixed(1)} s`,
            ],
          ]),
    ],
  )}`;
}

/** By id, as workloads have one; how many seconds each takes about. The codecs are no part of a quick run. */
export const extras = {
  codecs: { run: codecs, isQuick: false, seconds: 12, quickSeconds: 12 },
  client: { run: client, isQuick: true, seconds: 25, quickSeconds: 4 },
};
