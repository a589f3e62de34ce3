import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { same } from '@minihub/command-line';
import { CreateError } from './errors.ts';
import { composeManifest, type ManifestPart } from './manifest.ts';
import { type Filling, render } from './render.ts';

/** The files of a project, by their path in it, with `/` between folders. */
export type ProjectFiles = ReadonlyMap<string, string>;

function templateFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, 'template');
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

const readmes = { zh: 'README.zh-CN.md', en: 'README.en.md' };

/** Where a file of the template goes. npm would not publish a `.gitignore`. */
function placeOf(path: string, { language }: Filling): string {
  if (path === '_gitignore') return '.gitignore';
  return path === readmes[language] ? 'README.md' : path;
}

/** The folders of the template that a project is made of. What a later one has takes the place of what an earlier one has. */
function partsOf({ hasMiniProgram, isTypeScript }: Filling): readonly string[] {
  const parts = hasMiniProgram ? ['base', 'miniprogram'] : ['base'];
  return isTypeScript ? parts.flatMap((part) => [part, `${part}-typescript`]) : parts;
}

/** The JavaScript in whose place a file in TypeScript comes. */
function replacedBy(path: string): string {
  return path === 'tsconfig.json' ? 'jsconfig.json' : path.replace(/\.ts$/, '.js');
}

/** The files of a new project. */
export function planProject(filling: Filling): ProjectFiles {
  const files = new Map<string, string>();
  const manifests: ManifestPart[] = [];
  for (const part of partsOf(filling)) {
    const folder = join(templateFolder(), part);
    for (const path of filesBelow(folder)) {
      const text = readFileSync(join(folder, path), 'utf8').replaceAll('\r\n', '\n');
      if (path === 'package.json') manifests.push(JSON.parse(text));
      else files.set(placeOf(path, filling), render(text, filling));
      if (replacedBy(path) !== path) files.delete(replacedBy(path));
    }
  }
  files.set('package.json', `${JSON.stringify(composeManifest(manifests, filling.name), undefined, 2)}\n`);
  return files;
}

// What a folder may hold and still counts as empty.
const unnoticed = new Set(['.git', '.DS_Store', 'Thumbs.db']);

/**
 * Looks whether a project may be written into a folder.
 * @throws CreateError MH_CREATE_FOLDER_NOT_EMPTY, MH_CREATE_CANNOT_WRITE
 */
export function checkFolder(folder: string, force: boolean): void {
  let entries: string[];
  try {
    entries = readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    const why = code === 'ENOTDIR' ? { en: 'it is a file', zh: '它是一个文件' } : same(String(code));
    const text = { en: `Cannot write into ${folder}: ${why.en}.`, zh: `无法写入 ${folder}：${why.zh}。` };
    throw new CreateError('MH_CREATE_CANNOT_WRITE', text, { cause: error });
  }
  const found = entries.filter((name) => !unnoticed.has(name));
  if (found.length === 0 || force) return;
  const some = found.slice(0, 3).join(', ') + (found.length > 3 ? '…' : '');
  throw new CreateError('MH_CREATE_FOLDER_NOT_EMPTY', {
    en: `${folder} is not empty (${some}). Choose another folder, or --force to write into it all the same.`,
    zh: `${folder} 不是空的（${some}）。请换一个文件夹，或用 --force 照样写入。`,
  });
}

/** Makes a folder and those above it. `recursive` of Node.js never ends where the system has no place for folders, as in `/proc`. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder);
}

/**
 * Writes a project.
 * @throws CreateError MH_CREATE_CANNOT_WRITE
 */
export function writeProject(folder: string, files: ProjectFiles): void {
  for (const [path, text] of files) {
    const file = join(folder, path);
    try {
      makeFolder(dirname(file));
      writeFileSync(file, text);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why = code ?? message;
      const words = { en: `Cannot write ${file}: ${why}.`, zh: `无法写入 ${file}：${why}。` };
      throw new CreateError('MH_CREATE_CANNOT_WRITE', words, { cause: error });
    }
  }
}
