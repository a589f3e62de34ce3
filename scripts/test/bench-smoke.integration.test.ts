import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { root } from '../workspace.mjs';

// Whether the benchmark still runs, with nothing installed for it: no figure is looked at.
it('npm run bench -- --smoke measures our server with the load generator in Node', async () => {
  const script = join(root, 'bench/src/main.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--smoke'], { cwd: root });
  const row = stdout.split('\n').find((line) => line.startsWith('| minihub |'));
  const perSecond = Number(row?.split('|')[4]?.replaceAll(',', '').trim());
  expect(perSecond, stdout).toBeGreaterThan(0);
});
