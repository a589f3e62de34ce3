import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, runOrThrow } from '../command.mjs';
import { publicPackages, readManifest, root } from '../workspace.mjs';

const quiet = ['--prefer-offline', '--no-audit', '--no-fund'];

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides?: Record<string, string>;
}

/** Packs our packages into a folder: the address of each tarball by the package's name. */
async function packInto(folder: string): Promise<Record<string, string>> {
  const tarballs: Record<string, string> = {};
  for (const { name, path } of publicPackages()) {
    const { stdout } = await runOrThrow('npm', ['pack', '--json', '--pack-destination', folder], { cwd: path });
    const [{ filename }]: [{ filename: string }] = JSON.parse(stdout);
    tarballs[name] = `file:${join(folder, filename)}`;
  }
  return tarballs;
}

/** Points a project to what we packed, in the place of what is published. */
async function useTarballs(project: string, tarballs: Record<string, string>): Promise<void> {
  const file = join(project, 'package.json');
  const manifest: Manifest = JSON.parse(await readFile(file, 'utf8'));
  for (const list of [manifest.dependencies, manifest.devDependencies]) {
    for (const name of Object.keys(list)) list[name] = tarballs[name] ?? list[name] ?? '';
  }
  const direct = { ...manifest.dependencies, ...manifest.devDependencies };
  manifest.overrides = Object.fromEntries(Object.entries(tarballs).filter(([name]) => !(name in direct)));
  await writeFile(file, JSON.stringify(manifest, undefined, 2));
}

/** A program that says where it listens. */
async function startProgram(command: string, args: readonly string[], cwd: string) {
  const child: ChildProcess = spawn(command, args, { cwd, env: { ...process.env, PORT: '0', HOST: '127.0.0.1' } });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let output = '';
  const address = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      const found = /(ws|http):\/\/(127\.0\.0\.1|localhost):\d+\S*/.exec(output);
      if (found !== null) resolve(found[0]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    void ended.then((code) => reject(new Error(`ended with ${code}\n${output}`)));
  });
  return {
    address,
    /** Ends it as systemd and Docker do: gives its exit code. */
    terminate: () => {
      child.kill('SIGTERM');
      return ended;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The instructions of a Dockerfile, one a line: `[word, rest]`. */
function instructionsOf(dockerfile: string): readonly (readonly [string, string])[] {
  return dockerfile
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]);
}

const kinds = [
  { kind: 'JavaScript', args: [], main: 'server/main.js' },
  { kind: 'TypeScript', args: ['--typescript'], main: 'dist/server/main.js' },
] as const;

describe.each(kinds)('a project of npm create minihub in $kind', ({ kind, args: chosen, main }) => {
  let folder = '';
  let project = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minihub-created-'));
    project = join(folder, 'tea');
    const tarballs = await packInto(folder);
    const tool = join(folder, 'tool');
    await runOrThrow('npm', ['install', ...quiet, '--prefix', tool, tarballs['create-minihub'] ?? '']);
    await runOrThrow(join(tool, 'node_modules/.bin/create-minihub'), ['tea', '--lang', 'en', ...chosen], {
      cwd: folder,
    });
    await useTarballs(project, tarballs);
    await runOrThrow('npm', ['install', ...quiet], { cwd: project });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('passes its own tests at once', async () => {
    const { code, output } = await run('npm', ['test'], { cwd: project });
    expect(output).toMatch(/# pass [1-9]/);
    expect(output).toContain('# fail 0');
    expect(code).toBe(0);
  });

  it('serves a stock SignalR client, and ends well when it is told to', async () => {
    await using server = await startProgram(process.execPath, [main], project);
    const chat = new HubConnectionBuilder()
      .withUrl(server.address.replace('ws:', 'http:'), { transport: HttpTransportType.WebSockets })
      .configureLogging(LogLevel.None)
      .build();
    const heard = new Promise((resolve) => chat.on('message', resolve));
    await chat.start();
    await chat.invoke('say', 'Ann', '你好');
    expect(await heard).toMatchObject({ id: 1, name: 'Ann', text: '你好' });
    await expect(chat.invoke('say', 'Ann', '')).rejects.toThrow();
    await chat.stop();
    expect(await server.terminate()).toBe(0);
  });

  it('shows its mini program in the simulator', async () => {
    const program = join(project, 'node_modules/.bin/minihub-simulator');
    await using simulator = await startProgram(program, ['miniprogram', '--port', '0'], project);
    const page = await fetch(simulator.address);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<html')]);
  });

  it('has the types that an editor shows, in the pages too where it is TypeScript', async () => {
    if (kind === 'JavaScript') {
      const types = `@types/node@${readManifest(root).devDependencies?.['@types/node']}`;
      await runOrThrow('npm', ['install', ...quiet, '--no-save', types], { cwd: project });
      const { code, output } = await run('tsc', ['-p', 'jsconfig.json', '--types', 'node'], { cwd: project });
      expect({ code, output }).toEqual({ code: 0, output: '' });
      return;
    }
    const page = join(project, 'miniprogram/pages/chat/chat.ts');
    const text = await readFile(page, 'utf8');
    await writeFile(page, text.replace("on('message'", "on('mesage'"));
    const { code, output } = await run('npm', ['run', 'build'], { cwd: project });
    await writeFile(page, text);
    expect(output).toContain(`'"mesage"' is not assignable to parameter of type '"message"'`);
    expect(code).not.toBe(0);
  });

  // No engine runs here: the steps of the Dockerfile are done by hand, in a folder that has what the image would have.
  it('runs from what its Dockerfile copies, as the user and with the commands that it names', async () => {
    const instructions = instructionsOf(await readFile(join(project, 'Dockerfile'), 'utf8'));
    const ignored = (await readFile(join(project, '.dockerignore'), 'utf8')).split('\n');
    const argument = (word: string): string => instructions.findLast(([name]) => name === word)?.[1] ?? '';
    const image = join(folder, 'image');
    mkdirSync(image);
    for (const [, rest] of instructions.filter(([word, text]) => word === 'COPY' && !text.startsWith('--from='))) {
      const sources = rest.split(' ').slice(0, -1);
      for (const source of sources) {
        expect(ignored).not.toContain(source);
        cpSync(join(project, source), join(image, source), { recursive: true });
      }
    }
    for (const [, rest] of instructions.filter(([word]) => word === 'RUN')) {
      const [program = '', ...words] = rest.split(' ');
      await runOrThrow(program, program === 'npm' ? [...words, ...quiet] : words, { cwd: image });
    }
    expect(await readdir(join(image, 'node_modules'))).not.toContain('jsdom');

    expect(argument('USER')).toBe('node');
    const [command = '', ...args]: string[] = JSON.parse(argument('CMD'));
    await using server = await startProgram(command, args, image);
    const [check = '', ...checked]: string[] = JSON.parse(argument('HEALTHCHECK').replace(/^.*CMD /, ''));
    const health = (port: string) =>
      run(check, checked, { cwd: image, env: { ...process.env, PORT: port } }).then(({ code }) => code);
    expect(await health(new URL(server.address).port)).toBe(0);
    expect(await server.terminate()).toBe(0);
    expect(await health(new URL(server.address).port)).toBe(1);
  });
});
