/**
 * Fails when a Markdown file of ours points to a file that is not there: relative links, their #anchors, and code
 * paths such as `packages/protocol/src/index.ts` in backticks.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { trackedFiles } from './tracked-files.mjs';
import { root } from './workspace.mjs';

/** @typedef {{ line: number, target: string, kind: 'link' | 'path' }} Reference */

const link = /!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const codePath = /`((?:packages|examples|scripts|docs|api|bench|e2e|\.ci|\.changeset)\/[^`\s]*)`/g;

/** What a Markdown text points to in the repository; code blocks are left out. @param {string} text @returns {Reference[]} */
export function findReferences(text) {
  /** @type {Reference[]} */
  const found = [];
  let fence = '';
  text.split('\n').forEach((content, index) => {
    const mark = /^\s*(```+|~~~+)/.exec(content)?.[1] ?? '';
    if (mark !== '') {
      if (fence === '') fence = mark;
      else if (mark.startsWith(fence)) fence = '';
      return;
    }
    if (fence !== '') return;
    const line = index + 1;
    for (const [, target = ''] of content.replaceAll(/`[^`]*`/g, '').matchAll(link)) {
      if (!/^[a-z][a-z0-9+.-]*:/i.test(target)) found.push({ line, target, kind: 'link' });
    }
    for (const [, target = ''] of content.matchAll(codePath)) {
      // A pattern or a placeholder names many files, or none.
      if (!/[*<>{}…]/.test(target)) found.push({ line, target, kind: 'path' });
    }
  });
  return found;
}

/** The anchors of a Markdown text, as GitHub makes them from headings. @param {string} text @returns {Set<string>} */
export function findAnchors(text) {
  /** @type {Set<string>} */
  const anchors = new Set();
  for (const [, heading = ''] of text.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const base = plain.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
    let anchor = base;
    for (let copy = 1; anchors.has(anchor); copy += 1) anchor = `${base}-${copy}`;
    anchors.add(anchor);
  }
  for (const [, id = ''] of text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

/** @param {string} file @param {Reference} reference @returns {string | undefined} what is wrong with it */
function problemOf(file, { target, kind }) {
  if (kind === 'path') return existsSync(join(root, target)) ? undefined : `${target} does not exist`;
  const [path = '', anchor = ''] = decodeURIComponent(target).split('#');
  const wanted = path === '' ? file : normalize(path.startsWith('/') ? path.slice(1) : join(dirname(file), path));
  if (!existsSync(join(root, wanted))) return `${target} does not exist`;
  if (anchor === '' || !wanted.endsWith('.md')) return undefined;
  return findAnchors(readFileSync(join(root, wanted), 'utf8')).has(anchor)
    ? undefined
    : `${target} has no such heading`;
}

if (import.meta.filename === process.argv[1]) {
  const pages = trackedFiles().filter((file) => file.endsWith('.md') && !file.endsWith('.api.md'));
  for (const page of pages) {
    for (const reference of findReferences(readFileSync(join(root, page), 'utf8'))) {
      const problem = problemOf(page, reference);
      if (problem === undefined) continue;
      console.log(`${page}:${reference.line} ${problem}`);
      process.exitCode = 1;
    }
  }
  console.log(`${pages.length} pages looked at`);
}
