import type { ProgramProblem } from './compiled-program.ts';
import { NpmPackages, requiredNames } from './packages.ts';
import { isPackageName, resolvePath } from './paths.ts';
import type { ProjectFiles } from './project-files.ts';

/** An object of JSON. */
export type Json = { readonly [name: string]: unknown };

/** Every text file by path; packages join in below `miniprogram_npm/`. */
export class SourceTree {
  readonly files: Map<string, string> = new Map();
  readonly problems: ProgramProblem[] = [];
  readonly #packages: NpmPackages;

  constructor(project: ProjectFiles) {
    this.#packages = new NpmPackages(project.root);
    for (const path of project.paths) {
      const text = project.read(path);
      // Without a build step of WeChat's tools, a .js beside a .ts of the same name is what was compiled from it.
      const compiled = path.endsWith('.ts') && project.paths.includes(path.replace(/ts$/, 'js'));
      if (text !== undefined && !compiled) this.files.set(path, text);
    }
    this.#addPackages();
  }

  json(path: string): Json | undefined {
    const text = this.files.get(path);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as Json;
    } catch (error) {
      this.problems.push({ level: 'error', text: `Not JSON: ${(error as Error).message}`, file: path });
      return undefined;
    }
  }

  /** The first of some paths that is a file, searched as WeChat does: beside, from the root, among the packages. */
  locate(written: string, from: string, isThere: (path: string) => boolean): string | undefined {
    const candidates = [resolvePath(written, from)];
    if (isPackageName(written)) {
      for (let folder = from.split('/').slice(0, -1); ; folder = folder.slice(0, -1)) {
        candidates.push([...folder, 'miniprogram_npm', written].join('/'));
        if (folder.length === 0) break;
      }
      candidates.push(written);
    }
    return candidates.find(isThere);
  }

  #addPackages(): void {
    const queue = [...this.files.keys()];
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      for (const name of this.#namesIn(path)) {
        if (!isPackageName(name) || this.locate(name, path, (found) => this.#hasModule(found)) !== undefined) continue;
        for (const [added, text] of Object.entries(this.#packages.filesFor(name))) {
          if (this.files.has(added)) continue;
          this.files.set(added, text);
          queue.push(added);
        }
      }
    }
  }

  #namesIn(path: string): string[] {
    const text = this.files.get(path) ?? '';
    if (/\.[jt]s$/.test(path)) return requiredNames(text);
    if (!path.endsWith('.json')) return [];
    return [...text.matchAll(/:\s*"((?:@[\w.-]+\/)?[\w.-]+\/[\w./-]+)"/g)].map((match) => match[1] as string);
  }

  #hasModule(path: string): boolean {
    return ['', '.js', '.ts', '.json', '/index.js', '/index.ts'].some((ending) => this.files.has(path + ending));
  }
}
