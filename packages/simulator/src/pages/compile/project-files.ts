import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SimulatorError } from '../../errors.ts';

/** The text files of a project, by path from the root of the mini program. */
export interface ProjectFiles {
  readonly paths: readonly string[];
  read(path: string): string | undefined;
  /** The folder on disk, if there is one: packages are looked up from it. */
  readonly root?: string;
  readonly appId?: string;
}

const wanted = /\.(wxml|wxss|wxs|js|ts|json)$/;
const skipped = /^(node_modules|\..*)$/;

function walk(root: string, folder: string, found: string[]): void {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!skipped.test(entry.name)) walk(root, path, found);
    } else if (wanted.test(entry.name) && !entry.name.endsWith('.d.ts')) found.push(path);
  }
}

function readJson(file: string): { readonly [name: string]: unknown } {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new SimulatorError('MH_SIM_BAD_JSON', file, { hint: String((cause as Error).message), cause });
  }
}

/** The files below a folder that is a mini program, or a project of WeChat's developer tools with one in it. */
export function filesOf(dir: string): ProjectFiles {
  const top = resolve(dir);
  if (!existsSync(top) || !statSync(top).isDirectory()) throw new SimulatorError('MH_SIM_FOLDER_NOT_FOUND', dir);
  const project = readJson(join(top, 'project.config.json'));
  const named = typeof project.miniprogramRoot === 'string' ? [project.miniprogramRoot] : [];
  const candidates = [...named, '', 'miniprogram'].map((folder) => join(top, folder));
  const root = candidates.find((folder) => existsSync(join(folder, 'app.json')));
  if (root === undefined) throw new SimulatorError('MH_SIM_NOT_A_MINI_PROGRAM', dir);
  const paths: string[] = [];
  walk(root, '', paths);
  return {
    paths: paths.sort(),
    read: (path) => {
      const file = join(root, path);
      return existsSync(file) ? readFileSync(file, 'utf8').replace(/^\uFEFF/, '') : undefined;
    },
    root,
    ...(typeof project.appid === 'string' ? { appId: project.appid } : {}),
  };
}

/** Files that a test holds in its hand: `{ 'app.json': '{ "pages": ["index"] }', 'index.wxml': '<view>hi</view>' }`. */
export function filesFrom(files: { readonly [path: string]: string }): ProjectFiles {
  return { paths: Object.keys(files).sort(), read: (path) => files[path] };
}
