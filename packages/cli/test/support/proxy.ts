import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A proxy program: how it is started in the foreground with a configuration, and what must be around that. */
export interface Program {
  readonly command: string;
  args(file: string, folder: string): readonly string[];
  /** The file that the program reads: `configuration` with the least that it cannot do without. */
  wrap(configuration: string, folder: string): string;
}

const modules = ['mpm_event', 'authz_core', 'headers', 'proxy', 'proxy_http', 'proxy_wstunnel', 'socache_shmcb', 'ssl'];

/** The programs, from Debian. */
export const programs = {
  nginx: {
    command: 'nginx',
    args: (file) => ['-e', 'stderr', '-c', file, '-g', 'daemon off;'],
    wrap: (configuration, folder) => {
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (name) => `${name}_temp_path ${folder}/${name};`,
      );
      return `user root;\npid ${folder}/nginx.pid;\nevents {}\nhttp {\naccess_log off;\n${temporary.join('\n')}\n${configuration}\n}\n`;
    },
  },
  haproxy: { command: 'haproxy', args: (file) => ['-db', '-f', file], wrap: (configuration) => configuration },
  caddy: {
    command: 'caddy',
    args: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
    wrap: (configuration) => `{\n  admin off\n  auto_https disable_redirects\n}\n${configuration}`,
  },
  apache: {
    command: 'apache2',
    args: (file) => ['-DFOREGROUND', '-f', file],
    wrap: (configuration, folder) => {
      const load = modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`);
      const head = [
        `ServerRoot ${folder}`,
        `PidFile ${folder}/apache.pid`,
        `Mutex file:${folder} default`,
        'ServerName localhost',
        'User www-data',
        'Group www-data',
        `ErrorLog ${folder}/error.log`,
      ];
      return [...head, ...load, configuration].join('\n');
    },
  },
} as const satisfies Record<string, Program>;

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function takesConnections(port: number, child: ChildProcess, said: () => string): Promise<void> {
  const end = performance.now() + 10_000;
  for (;;) {
    const taken = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (taken) return;
    if (child.exitCode !== null || performance.now() > end)
      throw new Error(`${child.spawnfile} does not listen: ${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Starts a proxy, and ends it with the test. */
export async function startProxy(program: Program, configuration: string, port: number): Promise<AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), 'minihub-proxy-'));
  const file = join(folder, 'configuration');
  writeFileSync(file, program.wrap(configuration, folder));
  const env = {
    ...process.env,
    HOME: folder,
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
    PATH: `${process.env.PATH}:/usr/sbin`,
  };
  const child = spawn(program.command, program.args(file, folder), { stdio: ['ignore', 'pipe', 'pipe'], env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const impatient = setTimeout(() => child.kill('SIGKILL'), 2_000);
    await ended;
    clearTimeout(impatient);
    rmSync(folder, { recursive: true, force: true });
  };
  child.once('error', (error) => (said += error.message));
  try {
    await takesConnections(port, child, () => said);
  } catch (error) {
    await stop();
    throw error;
  }
  return { [Symbol.asyncDispose]: stop };
}
