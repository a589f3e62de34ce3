import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../command.mjs';
import { publicPackages, root } from '../workspace.mjs';

interface EntryPoint {
  readonly specifier: string;
  readonly how: 'import' | 'require';
}

const entryPoints: readonly EntryPoint[] = publicPackages().flatMap(({ name, manifest }) =>
  Object.entries(manifest.exports ?? {})
    .filter(([, target]) => typeof target === 'object')
    .flatMap(([subpath]) =>
      (['import', 'require'] as const).map((how) => ({ specifier: `${name}${subpath.slice(1)}`, how })),
    ),
);

/** Loads an entry point where every door to the outside is watched, and prints what was done. */
function watchedLoad({ specifier, how }: EntryPoint): Promise<{ code: number; output: string }> {
  const watcher = join(root, 'scripts/test/watch-import.mjs');
  return run(process.execPath, [watcher, specifier, how], { env: { PATH: process.env.PATH } });
}

describe('loading a package', () => {
  it.each(entryPoints)('$how of $specifier does nothing else', async (entryPoint) => {
    expect(await watchedLoad(entryPoint)).toMatchObject({ code: 0, output: '' });
  });

  it.each([
    ['setTimeout(() => {}, 0)', 'setTimeout'],
    ['console.log(1)', 'console.log'],
    ['globalThis.leak = 1', 'globalThis.leak'],
    ['Array.prototype.leak = 1', 'Array.prototype.leak'],
    ['process.on("exit", () => {})', 'process.on'],
    ['Math.random()', 'Math.random'],
  ])('is seen to do %s', async (code, seen) => {
    const specifier = `data:text/javascript,${encodeURIComponent(code)}`;
    expect((await watchedLoad({ specifier, how: 'import' })).output).toContain(seen);
  });
});
