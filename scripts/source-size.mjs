/**
 * Fails when a source file has more than 400 lines, or a test more than 600: tests are lists, which are long without
 * being hard to read. There are no exceptions: split the file at its nouns.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { trackedFiles } from './tracked-files.mjs';
import { root } from './workspace.mjs';

export const maxLines = 400;
export const maxTestLines = 600;

/** @param {string} text */
export function countLines(text) {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

if (import.meta.filename === process.argv[1]) {
  const sources = trackedFiles().filter((file) => /\.(ts|mts|cts|mjs|cjs|js)$/.test(file));
  for (const file of sources) {
    const lines = countLines(readFileSync(join(root, file), 'utf8'));
    const most = /\/test\//.test(file) ? maxTestLines : maxLines;
    if (lines <= most) continue;
    console.log(`${file} has ${lines} lines, more than ${most}`);
    process.exitCode = 1;
  }
  console.log(`${sources.length} source files looked at`);
}
