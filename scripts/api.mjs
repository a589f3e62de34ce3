/**
 * The public API of each package as a reviewed file: `npm run api` writes `api/<package>[-<subpath>].api.md`,
 * `npm run api -- --check` fails when a file does not say what the build says. Needs a build.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { publicPackages, root } from './workspace.mjs';

const check = process.argv.includes('--check');
const reports = join(root, 'api');
const drafts = join(root, 'node_modules', '.cache', 'api');

/** The entry points of a package that have types. @param {import('./workspace.mjs').Workspace} workspace */
function entryPoints({ folder, path, manifest }) {
  const short = folder.split('/').at(-1);
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
    const types = /** @type {{ import?: { types?: string } }} */ (target)?.import?.types;
    if (types === undefined) return [];
    const name = subpath === '.' ? `${short}` : `${short}-${subpath.slice(2).replaceAll('/', '-')}`;
    return [{ name, types: join(path, types), path }];
  });
}

/** @param {{ name: string, types: string, path: string }} entry @returns {string | undefined} what went wrong */
function extract({ name, types, path }) {
  if (!existsSync(types)) return `${types} is missing: run npm run build`;
  /** @type {string[]} */
  const problems = [];
  const none = { logLevel: /** @type {never} */ ('none') };
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: path,
      mainEntryPointFilePath: types,
      apiReport: { enabled: true, reportFolder: reports, reportTempFolder: drafts, reportFileName: `${name}.api.md` },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2022',
            // The page runner is given a document.
            lib: ['ES2022', 'ESNext.Disposable', ...(name === 'simulator-pages' ? ['DOM', 'DOM.Iterable'] : [])],
            module: 'NodeNext',
            moduleResolution: 'NodeNext',
            strict: true,
            skipLibCheck: true,
            types: name.startsWith('protocol') || name.startsWith('client') ? [] : ['node'],
          },
          files: [types],
        },
      },
      // A missing @public tag is no fault: what the entry point exports is public.
      messages: {
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning },
          'ae-missing-release-tag': none,
          'ae-undocumented': none,
          // Written into the report, where a reviewer sees that a type can be used but not named.
          'ae-forgotten-export': { ...none, addToApiReportFile: true },
          'ae-unresolved-link': none,
        },
        tsdocMessageReporting: { default: none },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(path, 'package.json'),
  });
  const result = Extractor.invoke(config, {
    localBuild: !check,
    showVerboseMessages: false,
    messageCallback: (message) => {
      message.handled = true;
      if (message.logLevel === 'error' || message.logLevel === 'warning') problems.push(message.text);
    },
  });
  if (check && result.apiReportChanged)
    return `api/${name}.api.md differs from the build: run npm run api, and read what changed`;
  return result.errorCount > 0 || (check && problems.length > 0) ? problems.join('\n') : undefined;
}

mkdirSync(reports, { recursive: true });
mkdirSync(drafts, { recursive: true });
const entries = publicPackages().flatMap(entryPoints);
for (const entry of entries) {
  const problem = extract(entry);
  console.log(`${problem === undefined ? 'ok    ' : 'FAILED'} api/${entry.name}.api.md`);
  if (problem !== undefined) {
    console.log(problem);
    process.exitCode = 1;
  }
}
const known = new Set(entries.map(({ name }) => `${name}.api.md`));
for (const file of readdirSync(reports).filter((name) => name.endsWith('.api.md') && !known.has(name))) {
  if (check) {
    console.log(`FAILED api/${file} belongs to no entry point`);
    process.exitCode = 1;
  } else rmSync(join(reports, file));
}
