import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, runOrThrow } from '../command.mjs';
import { publicPackages, readManifest, root } from '../workspace.mjs';
import { consumerCases } from './consumer-cases.ts';

/** What a user of the types has beside our packages. */
const nodeTypes = `@types/node@${readManifest(root).devDependencies?.['@types/node']}`;

/** What the entry points ask for that not everybody needs, in the versions that we test with. */
const optionalPeers: readonly string[] = publicPackages().flatMap(({ manifest }) =>
  Object.keys(manifest.peerDependencies ?? {})
    .filter((name) => manifest.peerDependenciesMeta?.[name]?.optional === true)
    .map((name) => `${name}@${manifest.devDependencies?.[name]}`),
);

async function packInto(folder: string): Promise<readonly string[]> {
  for (const { path } of publicPackages())
    await runOrThrow('npm', ['pack', '--pack-destination', folder], { cwd: path });
  return (await readdir(folder)).filter((file) => file.endsWith('.tgz'));
}

describe('what is published', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minihub-consumer-'));
    const tarballs = await packInto(folder);
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    const install = [
      'install',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      nodeTypes,
      ...optionalPeers,
    ];
    await runOrThrow('npm', [...install, ...tarballs.map((file) => `./${file}`)], { cwd: folder });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(publicPackages())(
    '$name holds its licence, its manifest and nothing of the tests',
    async ({ name, path }) => {
      const { stdout } = await runOrThrow('npm', ['pack', '--dry-run', '--json'], { cwd: path });
      const [{ files }]: [{ files: { path: string }[] }] = JSON.parse(stdout);
      const paths = files.map((file) => file.path);
      expect(paths, name).toEqual(expect.arrayContaining(['package.json', 'LICENSE', 'README.md', 'dist/index.js']));
      // The tests of a new project are what `create-minihub` makes, and not what tests it.
      const own = paths.filter((file) => !file.startsWith('template/'));
      expect(own.filter((file) => /(^|\/)test\/|\.test\.ts$|\.tsbuildinfo$/.test(file))).toEqual([]);
    },
  );

  it.each(consumerCases)('$name', async ({ name, files, commands }) => {
    const place = join(folder, `case-${consumerCases.findIndex((other) => other.name === name)}`);
    await mkdir(place);
    for (const [file, text] of Object.entries(files)) await writeFile(join(place, file), text);
    for (const [program = '', ...args] of commands) {
      const { code, output } = await run(program, args, { cwd: place });
      expect(output).toBe('');
      expect(code).toBe(0);
    }
  });
});
