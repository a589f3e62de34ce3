/**
 * The packer gate: installs the private workspace `e2e/miniprogram-ci` when it is not there yet (or is another version), and
 * runs its tests. They write TAP, of which `test.mjs` reads the counts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { root } from './workspace.mjs';

const folder = join(root, 'e2e/miniprogram-ci');

/** @param {string} file @returns {any} */
const read = (file) => {
  try {
    return JSON.parse(readFileSync(join(folder, file), 'utf8'));
  } catch {
    return {};
  }
};

if (
  read('node_modules/miniprogram-ci/package.json').version !== read('package.json').devDependencies['miniprogram-ci']
) {
  // Its install scripts build native things that are not needed here.
  const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts'];
  const { code, output } = await run('npm', install, { cwd: folder });
  if (code !== 0) console.log(output);
}
const { code, output } = await run('npm', ['test', '--silent'], { cwd: folder });
console.log(output);
process.exitCode = code;
