/**
 * Builds packages, each after the ones that it depends on: `node scripts/build.mjs [NAME...]`.
 * Without names it builds every package; with names these and what they depend on. An example has a build too.
 */
import { forEachReported, run } from './command.mjs';
import { allWorkspaces } from './workspace.mjs';

// pkgroll says so for every export that is not meant to be built: the sources, the vectors, package.json itself.
const expectedWarning =
  /^Warning \(package\.json#exports\[.*(Ignoring file outside of dist|Wildcard pattern must include)/;

/** @param {string} output */
function withoutExpectedWarnings(output) {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '' && !expectedWarning.test(line) && !line.startsWith('npm warn Unknown'))
    .join('\n');
}

/**
 * @param {import('./workspace.mjs').Workspace[]} workspaces
 * @param {readonly string[]} names
 */
function wanted(workspaces, names) {
  if (names.length === 0) return workspaces;
  /** @type {Set<string>} */
  const needed = new Set();
  /** @param {string} name */
  const need = (name) => {
    const workspace = workspaces.find((candidate) => candidate.name === name || candidate.folder === name);
    if (workspace === undefined || needed.has(workspace.name)) return;
    needed.add(workspace.name);
    const { dependencies, devDependencies } = workspace.manifest;
    Object.keys({ ...dependencies, ...devDependencies }).forEach(need);
  };
  for (const name of names) {
    if (!workspaces.some((workspace) => workspace.name === name || workspace.folder === name)) {
      throw new Error(`There is no workspace ${name}`);
    }
    need(name);
  }
  return workspaces.filter(({ name }) => needed.has(name));
}

const buildable = wanted(allWorkspaces(), process.argv.slice(2)).filter(({ manifest }) => manifest.scripts?.build);
await forEachReported(
  buildable,
  ({ name }) => name,
  async ({ path }) => {
    const { code, output } = await run('npm', ['run', '--silent', 'build'], { cwd: path });
    if (code !== 0) return output;
    const warnings = withoutExpectedWarnings(output);
    if (warnings !== '') console.log(warnings);
    return undefined;
  },
);
