/**
 * Checks types: the sources of every package with the package's own tsconfig (whose `lib` and `types` say what it may
 * use: `protocol` sees no clock, no timer, no Buffer), every example with its tests, then the tests of the packages, the
 * type tests and these scripts.
 * Type tests (`*.test-d.ts`) are checked here and nowhere else: vitest's typecheck mode passes on a wrong one.
 */
import { forEachReported, run } from './command.mjs';
import { allWorkspaces } from './workspace.mjs';

const projects = allWorkspaces().map(({ folder }) => `${folder}/tsconfig.json`);

await forEachReported(
  [...projects, 'tsconfig.test.json'],
  (project) => project,
  async (project) => {
    const { code, output } = await run('tsc', ['-p', project, '--pretty', 'false']);
    return code === 0 ? undefined : output;
  },
);
