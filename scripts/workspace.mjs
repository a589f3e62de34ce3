import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What the scripts read of a package.json.
 * @typedef {{
 *   name: string, private?: boolean, description?: string, workspaces?: string[],
 *   scripts?: Record<string, string>, exports?: Record<string, unknown>,
 *   dependencies?: Record<string, string>, devDependencies?: Record<string, string>,
 *   peerDependencies?: Record<string, string>, peerDependenciesMeta?: Record<string, { optional?: boolean }>,
 * }} Manifest
 * @typedef {{ name: string, folder: string, path: string, manifest: Manifest }} Workspace
 *   `folder` is relative to the root, `path` is absolute.
 */

/** The root of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {string} path @returns {Manifest} */
export function readManifest(path) {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
}

/** The folders that a pattern of `workspaces` names. @param {string} pattern @returns {string[]} */
function expand(pattern) {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  if (!existsSync(join(root, parent))) return [];
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, parent, entry.name, 'package.json')))
    .map((entry) => `${parent}/${entry.name}`)
    .sort();
}

/**
 * Every workspace, each after the ones that it depends on. npm itself does not sort: `npm run build --workspaces`
 * builds in the order of the list.
 * @returns {Workspace[]}
 */
export function allWorkspaces() {
  const found = (readManifest(root).workspaces ?? []).flatMap(expand).map((folder) => {
    const path = join(root, folder);
    const manifest = readManifest(path);
    return { name: manifest.name, folder, path, manifest };
  });
  return sortByDependency(found);
}

/** The packages that are published, each after the ones that it depends on. @returns {Workspace[]} */
export function publicPackages() {
  return allWorkspaces().filter(({ manifest }) => manifest.private !== true);
}

/** @param {Workspace[]} workspaces @returns {Workspace[]} */
export function sortByDependency(workspaces) {
  const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]));
  /** @type {Workspace[]} */
  const sorted = [];
  /** @type {Set<string>} */
  const underWay = new Set();
  /** @param {Workspace} workspace */
  const visit = (workspace) => {
    if (sorted.includes(workspace)) return;
    if (underWay.has(workspace.name)) throw new Error(`${[...underWay, workspace.name].join(' -> ')} is a cycle`);
    underWay.add(workspace.name);
    const { dependencies, devDependencies, peerDependencies } = workspace.manifest;
    for (const name of Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })) {
      const other = byName.get(name);
      if (other !== undefined) visit(other);
    }
    underWay.delete(workspace.name);
    sorted.push(workspace);
  };
  for (const workspace of workspaces) visit(workspace);
  return sorted;
}
