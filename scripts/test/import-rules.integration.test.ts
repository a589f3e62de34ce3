import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../workspace.mjs';

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

const config = join(root, '.dependency-cruiser.cjs');
const { forbidden }: { forbidden: { name: string; comment?: string }[] } = createRequire(import.meta.url)(config);

/** Lawful imports, none of which may be reported. */
const lawful: Record<string, string> = {
  'packages/protocol/src/index.ts': "export { codec } from './codec.ts';",
  'packages/protocol/src/codec.ts': 'export const codec: number = 1;',
  'packages/protocol/test/codec.test.ts': "import { codec } from '../src/codec.ts'; codec;",
  'packages/client/src/index.ts': "export { codec } from '@minihub/protocol';",
  'packages/server/src/index.ts':
    "import http from 'node:http'; import { codec } from '@minihub/protocol'; http; codec;",
  'packages/simulator/src/index.ts': "import net from 'node:net'; import ws from 'ws'; net; ws;",
  'packages/server/test/helper.ts': 'export const helper: number = 1;',
};

/** For each rule, files that break it and what is in them. */
const planted: Record<string, Record<string, string>> = {
  'protocol-is-pure': {
    'packages/protocol/src/timers.ts': "import timers from 'node:timers'; timers;",
    'packages/protocol/src/types.ts': "import type { Server } from 'node:http'; export type X = Server;",
    'packages/protocol/src/npm.ts': "import ws from 'ws'; ws;",
  },
  'client-imports-only-protocol': {
    'packages/client/src/node.ts': "import fs from 'node:fs'; fs;",
    'packages/client/src/npm.ts': "import ws from 'ws'; ws;",
  },
  'server-imports-protocol-and-node': {
    'packages/server/src/npm.ts': "import ws from 'ws'; ws;",
    'packages/server/src/driver.ts': "import redis from 'redis'; redis;",
    'packages/server/src/client.ts': "import { codec } from '@minihub/client'; codec;",
  },
  'simulator-imports-ws-and-node': {
    'packages/simulator/src/client.ts': "import { codec } from '@minihub/client'; codec;",
  },
  'wechat-imports-server-and-node': {
    'packages/wechat/src/client.ts': "import { codec } from '@minihub/client'; codec;",
  },
  'cli-imports-protocol-ws-acorn-and-node': {
    'packages/cli/src/client.ts': "import { codec } from '@minihub/client'; codec;",
  },
  'command-line-imports-node': {
    'packages/command-line/src/colours.ts': "import ws from 'ws'; ws;",
  },
  'create-minihub-imports-node': {
    'packages/create-minihub/src/npm.ts': "import ws from 'ws'; ws;",
  },
  'no-reaching-into-a-package': {
    'packages/server/src/reach.ts': "import { codec } from '../../protocol/src/codec.ts'; codec;",
    'examples/demo/src/reach.ts': "import '../../../packages/server/src/index.ts';",
  },
  'no-cycle': {
    'packages/server/src/one.ts': "import { two } from './two.ts'; export const one = () => two;",
    'packages/server/src/two.ts': "import { one } from './one.ts'; export const two = () => one;",
  },
  'sources-do-not-import-tests': {
    'packages/server/src/tested.ts': "import { helper } from '../test/helper.ts'; helper;",
  },
  'sources-import-declared-dependencies': {
    'packages/simulator/src/undeclared.ts': "import redis from 'redis'; redis;",
    'packages/server/src/oracle.ts': "import zod from 'zod'; zod;",
  },
  'everything-resolves': {
    'examples/demo/src/nowhere.ts': "import './nowhere-at-all.ts';",
  },
};

async function write(folder: string, path: string, text: string): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function plantWorkspace(folder: string): Promise<void> {
  for (const files of [lawful, ...Object.values(planted)]) {
    for (const [path, text] of Object.entries(files)) await write(folder, path, text);
  }
  const dependencies: Record<string, object> = {
    protocol: {},
    client: { devDependencies: { '@minihub/protocol': '*' } },
    server: { dependencies: { '@minihub/protocol': '*' }, devDependencies: { ws: '*', zod: '*' } },
    simulator: { dependencies: { ws: '*' } },
  };
  await mkdir(join(folder, 'node_modules/@minihub'), { recursive: true });
  for (const [name, manifest] of Object.entries(dependencies)) {
    const exports = { '.': { '@minihub/source': './src/index.ts' } };
    await write(folder, `packages/${name}/package.json`, JSON.stringify({ type: 'module', exports, ...manifest }));
    await symlink(join(folder, 'packages', name), join(folder, 'node_modules/@minihub', name));
  }
  for (const name of ['ws', 'redis', 'zod']) {
    await write(folder, `node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
    await write(folder, `node_modules/${name}/index.js`, '');
  }
  await write(folder, 'package.json', '{}');
  await copyFile(join(root, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'));
}

async function cruise(folder: string): Promise<readonly Violation[]> {
  const cruiser = join(root, 'node_modules/.bin/depcruise');
  const args = ['packages', 'examples', '--config', config, '--output-type', 'json'];
  const output = await new Promise<string>((resolve) => {
    // Ends with the number of violations, which is not an error here.
    execFile(cruiser, args, { cwd: folder, maxBuffer: 2 ** 26 }, (_error, stdout) => resolve(stdout));
  });
  return JSON.parse(output).summary.violations;
}

describe('import rules', () => {
  let folder = '';
  let violations: readonly Violation[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minihub-imports-'));
    await plantWorkspace(folder);
    violations = await cruise(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has a planted violation for every rule', () => {
    expect(Object.keys(planted).sort()).toEqual(forbidden.map(({ name }) => name).sort());
  });

  it.each(forbidden)('$name says why it exists', ({ comment }) => {
    expect(comment).toMatch(/\w+ .{20}/);
  });

  it.each(Object.entries(planted))('%s reports the file that breaks it', (rule, files) => {
    const reported = violations.filter((violation) => violation.rule.name === rule).map(({ from }) => from);
    // A cycle is reported once, for one of its files.
    const expected = rule === 'no-cycle' ? [expect.stringMatching(/server\/src\/(one|two)\.ts$/)] : Object.keys(files);
    expect(reported).toEqual(expect.arrayContaining(expected));
  });

  it('reports none of the lawful imports', () => {
    expect(violations.filter(({ from }) => from in lawful)).toEqual([]);
  });
});
