import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NpmPackageSeen } from './app-seen.ts';
import { readJson } from './json-file.ts';
import { packerError, relativeImports } from './script.ts';

/** Files that are looked at in one package before the rest is taken on trust. */
const maxFiles = 400;

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** The file that the packer takes: it adds `.js`, and knows no other ending. */
function resolveFile(path: string): string | undefined {
  return [path, `${path}.js`, join(path, 'index.js')].find(
    (candidate) => /\.(js|json)$/.test(candidate) && isFile(candidate),
  );
}

function brokenFile(entry: string, folder: string): NpmPackageSeen['problem'] {
  const waiting = [entry];
  const known = new Set(waiting);
  for (let file = waiting.pop(); file !== undefined && known.size < maxFiles; file = waiting.pop()) {
    if (file.endsWith('.json')) continue;
    const text = readFileSync(file, 'utf8');
    const error = packerError(text);
    const shown = file.slice(folder.length + 1);
    if (error !== undefined)
      return {
        en: `${shown}: ${error}. The packer drops it silently, unless it is the entry.`,
        zh: `${shown}：${error}。构建 npm 会静默丢弃该文件（入口文件则报错）。`,
      };
    for (const path of relativeImports(text)) {
      const next = resolveFile(join(dirname(file), path));
      if (next === undefined)
        return {
          en: `${shown} asks for ${path}, which the packer does not find.`,
          zh: `${shown} 引用的 ${path}，构建 npm 找不到。`,
        };
      if (!known.has(next)) waiting.push(next);
      known.add(next);
    }
  }
  return undefined;
}

/** Looks at a dependency as "build npm" of the tools does. @see mini-program.md 2.5 */
export function lookAtPackage(name: string, modules: string): NpmPackageSeen {
  const folder = join(modules, name);
  const manifest = readJson(join(folder, 'package.json'));
  if (manifest === undefined)
    return { name, problem: { en: 'It is not installed: npm install.', zh: '没有安装：请执行 npm install。' } };
  const dist = typeof manifest.miniprogram === 'string' ? manifest.miniprogram : 'miniprogram_dist';
  // Copied as it is, whatever the syntax.
  if (existsSync(join(folder, dist))) return { name };
  const main = typeof manifest.main === 'string' ? manifest.main : 'index.js';
  const entry = resolveFile(join(folder, main));
  if (entry === undefined)
    return {
      name,
      problem: {
        en: `Its entry ${main} is not found; the packer reads neither "exports" nor "module", and no .cjs.`,
        zh: `找不到入口 ${main}；构建 npm 不认 "exports"、"module"，也不认 .cjs。`,
      },
    };
  const problem = brokenFile(entry, folder);
  return problem === undefined ? { name } : { name, problem };
}
