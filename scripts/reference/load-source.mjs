import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from '../workspace.mjs';

/**
 * Each source is built once: two pages that want the same one would write over each other's bundle.
 * @type {Map<string, Promise<Record<string, unknown>>>}
 */
const loaded = new Map();

/**
 * The exports of a TypeScript source, without a build of its package.
 * @param {string} file its path from the root
 * @returns {Promise<Record<string, unknown>>}
 */
export function loadSource(file) {
  const source = loaded.get(file) ?? load(file);
  loaded.set(file, source);
  return source;
}

/** @param {string} file @returns {Promise<Record<string, unknown>>} */
async function load(file) {
  const folder = join(root, 'node_modules', '.cache', 'reference');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${file.replaceAll('/', '-')}.mjs`);
  await build({
    entryPoints: [join(root, file)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@minihub/source'],
    external: ['ws'],
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}

/** A text in a cell of a Markdown table. @param {unknown} text */
export function cell(text) {
  return String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** A Markdown table. @param {readonly string[]} head @param {readonly (readonly unknown[])[]} rows */
export function table(head, rows) {
  const line = (/** @type {readonly unknown[]} */ cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
