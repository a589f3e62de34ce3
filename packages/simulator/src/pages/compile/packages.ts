import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { isPackageName } from './paths.ts';

const required = /(?:\brequire(?:\.async)?\(\s*|\bfrom\s+|\bimport\s+)(["'])([^"'\n]+)\1/g;

/** The names that a script asks for. */
export function requiredNames(code: string): string[] {
  return [...code.matchAll(required)].map((match) => match[2] as string);
}

/** `@scope/name/sub` or `name/sub` to the package's own name. */
function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

function findPackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}

function filesBelow(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(prefix, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(folder, path);
    return /\.(js|json|wxml|wxss|wxs)$/.test(entry.name) ? [path] : [];
  });
}

/** The files of a package that is not made for mini programs: its entry, and what that asks for in the package. */
function closureOf(folder: string, entry: string): string[] {
  const found = new Set<string>();
  const visit = (path: string): void => {
    const candidates = [path, `${path}.js`, `${path}.json`, posix.join(path, 'index.js')];
    const file = candidates.find((one) => existsSync(join(folder, one)) && statSync(join(folder, one)).isFile());
    if (file === undefined || found.has(file)) return;
    found.add(file);
    for (const name of requiredNames(readFileSync(join(folder, file), 'utf8'))) {
      if (!isPackageName(name)) visit(posix.join(posix.dirname(file), name));
    }
  };
  visit(entry);
  return [...found];
}

/**
 * Finds packages in `node_modules` as WeChat's "build npm" would pack them, and gives their files below
 * `miniprogram_npm/`. A package with a `miniprogram` folder comes with that folder, any other with its entry.
 */
export class NpmPackages {
  readonly #root: string | undefined;
  readonly #seen = new Set<string>();

  constructor(root: string | undefined) {
    this.#root = root;
  }

  /** The files of the package that `name` belongs to, the first time that it is asked for. */
  filesFor(name: string): { readonly [path: string]: string } {
    const packageName = packageOf(name);
    if (this.#root === undefined || this.#seen.has(packageName)) return {};
    this.#seen.add(packageName);
    const folder = findPackage(packageName, this.#root);
    if (folder === undefined) return {};
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const packed = join(folder, typeof manifest.miniprogram === 'string' ? manifest.miniprogram : 'miniprogram_dist');
    const files: { [path: string]: string } = {};
    const target = `miniprogram_npm/${packageName}`;
    if (existsSync(packed)) {
      for (const path of filesBelow(packed)) files[`${target}/${path}`] = readFileSync(join(packed, path), 'utf8');
      return files;
    }
    const entry = posix.normalize(typeof manifest.main === 'string' ? manifest.main : 'index.js');
    for (const path of closureOf(folder, entry)) files[`${target}/${path}`] = readFileSync(join(folder, path), 'utf8');
    const entryFile = [entry, `${entry}.js`, `${entry}/index.js`].find((path) => `${target}/${path}` in files);
    if (entryFile !== undefined && entryFile !== 'index.js' && !(`${target}/index.js` in files)) {
      files[`${target}/index.js`] = `module.exports = require('./${entryFile}');`;
    }
    return files;
  }
}
