import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

/** Runs the built program; `readNothing` closes the pipe of its output at once, as `head -0` does. */
function run(args: readonly string[], readNothing = false) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  if (readNothing) child.stdout.destroy();
  else child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
}

describe('the program minihub', () => {
  it('prints its version, and a configuration, to a pipe', async () => {
    expect(await run(['--version'])).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
    expect((await run(['proxy-config', 'nginx'])).stdout).toContain('proxy_set_header Upgrade $http_upgrade;');
  });

  it('ends in silence when nobody reads on', async () => {
    expect(await run(['proxy-config', 'nginx'], true)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('ends with the code that the command line gave', async () => {
    expect(await run(['doctor', '--nonsense'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.not.stringContaining('    at '),
    });
    expect((await run(['doctor', 'ws://127.0.0.1:9', '--json'])).code).toBe(1);
  });
});
