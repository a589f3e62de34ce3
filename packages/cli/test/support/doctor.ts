import { type ExitCode, type HostAddress, type Io, runCli } from '@minihub/cli';

/** What the doctor said, in its own JSON. */
export interface Told {
  readonly exit: ExitCode;
  readonly codes: readonly string[];
  readonly findings: readonly {
    readonly code: string;
    readonly difficulty: string | null;
    readonly seen: { readonly en: string };
    readonly configuration: readonly { readonly product: string; readonly lines: readonly string[] }[];
  }[];
  readonly facts: readonly { readonly about: string; readonly value: { readonly en: string } }[];
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process, and collects what it writes. */
export async function runCaptured(
  args: readonly string[],
  io: Partial<Io> = {},
): Promise<{ exit: ExitCode; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  const exit = await runCli(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: {},
    cwd: process.cwd(),
    ...io,
  });
  return { exit, stdout, stderr };
}

const loopback: readonly HostAddress[] = [{ address: '127.0.0.1', family: 4 }];

/** Little waiting: nothing here is far away. */
const quick = ['--timeout', '3', '--listen', '4', '--tries', '4'];

/** Sends the doctor to an address of the loopback under any name. */
export async function consult(
  url: string,
  args: readonly string[] = [],
  addresses: readonly HostAddress[] = loopback,
): Promise<Told> {
  const usual = quick.filter((_, index) => !args.includes(quick[index - (index % 2)] ?? ''));
  const ran = await runCaptured(['doctor', url, '--json', ...usual, ...args], { lookup: async () => addresses });
  if (ran.stdout === '') throw new Error(ran.stderr);
  const { findings, facts } = JSON.parse(ran.stdout);
  return { ...ran, findings, facts, codes: findings.map(({ code }: { code: string }) => code) };
}
