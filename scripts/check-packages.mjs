/**
 * Checks what would be published: `publint` reads the manifest against the files, `attw` resolves the types as every
 * kind of consumer does. attw's profile leaves out the resolution of TypeScript's "node10", which cannot see subpath
 * exports at all. Needs a build.
 */
import { forEachReported, run } from './command.mjs';
import { publicPackages } from './workspace.mjs';

await forEachReported(
  publicPackages(),
  ({ name }) => name,
  async ({ path }) => {
    const checks = [
      await run('publint', ['--strict', '--pack', 'npm'], { cwd: path }),
      await run('attw', ['--pack', '.', '--profile', 'node16', '--no-emoji', '--no-color'], { cwd: path }),
    ];
    const failed = checks.filter(({ code }) => code !== 0);
    return failed.length === 0 ? undefined : failed.map(({ output }) => output).join('\n');
  },
);
