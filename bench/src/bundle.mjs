import { join } from 'node:path';
import { build } from 'esbuild';
import { buildFolder } from './places.mjs';

/**
 * Makes one file of the server in a checkout of this repository: what is measured is always what the sources say, also
 * for a checkout that is not installed.
 * @param {string} checkout
 * @param {string} name
 */
export async function bundleServer(checkout, name) {
  const outfile = join(buildFolder, `${name}.mjs`);
  await build({
    entryPoints: [join(checkout, 'packages/server/src/index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    sourcemap: 'inline',
    alias: { '@minihub/protocol': join(checkout, 'packages/protocol/src/index.ts') },
    external: ['ws'],
    tsconfigRaw: {},
  });
  return outfile;
}
