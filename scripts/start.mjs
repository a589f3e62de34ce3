/**
 * Builds the demo and the mini program with what they need, and starts them: `npm start`. The port is `PORT`, or 3000; the
 * phones of the mini program are on the next one.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { runOrThrow } from './command.mjs';
import { root } from './workspace.mjs';

const demo = 'examples/demo';

try {
  console.log('正在构建… · Building the packages, the demo and the mini program…');
  await runOrThrow(process.execPath, ['scripts/build.mjs', demo, 'examples/miniprogram']);
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/main.js'], {
    cwd: join(root, demo),
    stdio: 'inherit',
  });
  // Ctrl+C reaches the child by itself; a signal that is sent to us alone is passed on.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
  child.on('close', (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
