/** Joins a path that is written in a file with that file's folder; the result has no leading slash and no dots. */
export function resolvePath(path: string, from: string): string {
  const start = path.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '..') start.pop();
    else if (part !== '' && part !== '.') start.push(part);
  }
  return start.join('/');
}

/** A file's path without its ending. */
export function withoutEnding(file: string): string {
  return file.replace(/\.[^./]+$/, '');
}

/** Whether a module's name is looked up among packages: neither `./x` nor `/x`. */
export function isPackageName(name: string): boolean {
  return !/^(\.{1,2}(\/|$)|\/|[a-z-]+:)/.test(name);
}
