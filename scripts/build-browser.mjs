// Builds the scripts of a package for web pages without a bundler: one file per entry, minified, that puts its exports into a
// global variable.
//
// Usage: node scripts/build-browser.mjs [package folder]      default: the current folder
// Entries: `minihub.browser` in the package's package.json, { "<output file>": ["<source file>", "<global name>"] }.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const folder = resolve(process.argv[2] ?? '.');
const { minihub } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
for (const [output, [source, globalName]] of Object.entries(minihub.browser)) {
  await build({
    entryPoints: [join(folder, source)],
    outfile: join(folder, output),
    bundle: true,
    minify: true,
    format: 'iife',
    globalName,
    target: 'es2019',
    platform: 'browser',
    conditions: ['@minihub/source'],
    legalComments: 'none',
    logLevel: 'error',
  });
}
