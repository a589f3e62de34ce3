/**
 * Builds the example in the current folder: `src/main.ts` becomes `dist/main.js` for Node, with the packages that it
 * imports left outside, as a user's program has them. A page's script, `src/page/main.ts`, becomes `dist/page/main.js`
 * with everything in it.
 */
import { existsSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.js',
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
});
if (existsSync('src/page/main.ts')) {
  await build({
    entryPoints: ['src/page/main.ts'],
    outfile: 'dist/page/main.js',
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2020',
    sourcemap: true,
    logLevel: 'warning',
  });
}
