import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { trackedFiles } from '../tracked-files.mjs';
import { allWorkspaces, publicPackages, readManifest, root, sortByDependency } from '../workspace.mjs';

/** What each package may bring along at run time; optional peers are not in it. A new package needs a line here. */
const runtimeBudget: Record<string, readonly string[]> = {
  '@minihub/protocol': [],
  '@minihub/client': [],
  '@minihub/server': ['@minihub/protocol'],
  '@minihub/simulator': ['ws'],
  '@minihub/wechat': ['@minihub/server'],
  '@minihub/cli': ['@minihub/protocol', 'acorn', 'ws'],
  'create-minihub': [],
};

function workspace(name: string, dependencies: readonly string[]) {
  const manifest = { name, dependencies: Object.fromEntries(dependencies.map((other) => [other, '*'])) };
  return { name, folder: name, path: `/${name}`, manifest };
}

describe('the order of the build', () => {
  it('puts a package after the ones that it depends on', () => {
    const sorted = sortByDependency([workspace('c', ['b']), workspace('a', []), workspace('b', ['a'])]);
    expect(sorted.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('names the packages of a cycle', () => {
    expect(() => sortByDependency([workspace('a', ['b']), workspace('b', ['a'])])).toThrow('a -> b -> a is a cycle');
  });

  it('starts with protocol, which depends on nothing of ours', () => {
    expect(allWorkspaces()[0]?.name).toBe('@minihub/protocol');
  });
});

describe('the dependencies', () => {
  it.each(publicPackages())('$name stays within its budget', ({ name, manifest }) => {
    expect(Object.keys(manifest.dependencies ?? {}).sort()).toEqual(runtimeBudget[name]);
    const peers = Object.keys(manifest.peerDependencies ?? {});
    expect(peers.filter((peer) => manifest.peerDependenciesMeta?.[peer]?.optional !== true)).toEqual([]);
  });

  it.each([{ name: 'the root', manifest: readManifest(root) }, ...allWorkspaces()])(
    '$name pins what it develops with',
    ({ manifest }) => {
      const ranges = Object.entries(manifest.devDependencies ?? {});
      expect(ranges.filter(([, range]) => !/^(npm:.+@)?\d+\.\d+\.\d+$/.test(range))).toEqual([]);
    },
  );
});

describe('the lock file', () => {
  const lock: { packages: Record<string, { resolved?: string; link?: boolean; integrity?: string }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  const entries = Object.entries(lock.packages);

  it('names no host but the public registry', () => {
    const hosts = entries.flatMap(([, { resolved }]) => (resolved?.includes('://') ? [new URL(resolved).host] : []));
    expect(hosts.filter((host) => host !== 'registry.npmjs.org')).toEqual([]);
  });

  it('has a checksum for everything that is installed', () => {
    const installed = entries.filter(([path, { link }]) => path.includes('node_modules/') && link !== true);
    expect(installed.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path)).toEqual([]);
  });

  it('lists every workspace', () => {
    expect(Object.keys(lock.packages)).toEqual(expect.arrayContaining(allWorkspaces().map(({ folder }) => folder)));
  });
});

describe('the repository', () => {
  it('leaves the configuration of npm to its user', () => {
    expect(trackedFiles().filter((file) => /(^|\/)\.npmrc$/.test(file))).toEqual([]);
  });

  it('runs in CI what everybody runs', () => {
    const lines = readFileSync(join(root, '.ci/run'), 'utf8').trimEnd().split('\n');
    expect(lines).toContain('set -euo pipefail');
    expect(lines.at(-1)).toBe('npm install && npm test');
  });
});
