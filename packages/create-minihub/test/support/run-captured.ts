import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Io, runCreate } from '../../src/index.ts';

/** What a command line did. */
export interface Captured {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in a folder, and keeps what it wrote. */
export function runCaptured(args: readonly string[], io: Partial<Io> = {}): Captured {
  let stdout = '';
  let stderr = '';
  const exit = runCreate(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: { LANG: 'en_US.UTF-8' },
    cwd: join(tmpdir(), 'minihub-create-nowhere'),
    ...io,
  });
  return { exit, stdout, stderr };
}

/** An empty folder that is gone after the test. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'minihub-create-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
