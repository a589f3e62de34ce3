// Builds miniprogram_dist/ of a package: CommonJS in ES5 syntax, one file per entry, without any import.
//
// esbuild bundles, TypeScript lowers to ES5, esbuild shortens the names of internal members, and terser minifies the result. esbuild alone cannot lower classes;
// TypeScript is here anyway, does it well, and writes each helper that is needed into the file itself. (SWC and Babel do the
// same with larger helpers, and would be one more dependency each.)
//
// Usage: node scripts/build-miniprogram.mjs [package folder]      default: the current folder
// Entries: `minihub.miniprogram` in the package's package.json, { "<output file>": "<source file>" }. Members of the outside world
// that no public type mentions: `minihub.outsideNames`; without their names there, they would be shortened too.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import { minify } from 'terser';
import ts from 'typescript';
import { membersOfClasses } from './miniprogram-closures.mjs';
import { forbidLooseChains, internalNames, programOf, publicNames } from './miniprogram-names.mjs';
import { shortSyntax } from './miniprogram-syntax.mjs';

// What the WebSocket class builds on where a host has it, and no mini program has; the module wrapper hides `URL`.
const absent = Object.fromEntries(
  ['DOMException', 'EventTarget', 'Event', 'MessageEvent', 'CloseEvent', 'URL', 'location'].map((n) => [
    n,
    'undefined',
  ]),
);

/** @type {import('terser').MinifyOptions} */
const terserOptions = {
  ecma: 5,
  toplevel: true,
  compress: { passes: 3, toplevel: true, keep_fargs: false, pure_getters: true, hoist_funs: true },
  format: { ecma: 5 },
};

const es5 = {
  allowJs: true,
  target: ts.ScriptTarget.ES5,
  module: ts.ModuleKind.CommonJS,
  downlevelIteration: true,
  ignoreDeprecations: '6.0',
  removeComments: true,
};

// TypeScript's own looks for engines without setPrototypeOf, which mini programs always have, and is three times as long.
const shortExtends = `var __extends = function (d, b) {
  function C() { this.constructor = d; }
  Object.setPrototypeOf(d, b);
  C.prototype = b.prototype;
  d.prototype = new C();
};
`;

/** @type {Map<string, { readonly outside: readonly string[], readonly names: ReadonlySet<string>, readonly program: ts.Program }>} */
const packages = new Map();

/** What is known of a package: its types, and the names of members that its mini-program builds keep. @param {string} folder */
function lookUp(folder) {
  let found = packages.get(folder);
  if (found === undefined) {
    const { exports, minihub } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const sources = Object.values(exports).map((target) => target['@minihub/source']);
    const entries = [...sources, ...Object.values(minihub.miniprogram)].filter(Boolean);
    const files = [...new Set(entries)].map((entry) => join(folder, entry));
    const program = programOf(files);
    found = { outside: minihub.outsideNames ?? [], names: publicNames(program, files), program };
    packages.set(folder, found);
  }
  return found;
}

/** @param {string} file */
function packageOf(file) {
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

/**
 * TypeScript lowers `{ ...a, get b() {} }` to an `assign` that reads `b` once, and copies what it read: the accessor is gone.
 * @param {string} text of a bundle
 */
function forbidLostAccessors(text) {
  const file = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.Latest, true);
  /** @param {ts.Node} node */
  const visit = (node) => {
    const properties = ts.isObjectLiteralExpression(node) ? node.properties : [];
    const lost = properties.find(ts.isAccessor);
    if (lost !== undefined && properties.some(ts.isSpreadAssignment)) {
      const name = lost.name?.getText(file);
      throw new Error(`The accessor \`${name}\` stands beside a spread: in ES5 it would be read once and copied.`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
}

/** Bundles one source file for mini programs and returns the text. @param {string} source */
export async function buildMiniprogramEntry(source, { minify: shorten = true } = {}) {
  const bundled = await build({
    entryPoints: [source],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    minifySyntax: true,
    define: { ...absent, 'Number.POSITIVE_INFINITY': 'Infinity' },
    platform: 'neutral',
    conditions: ['@minihub/source'],
    // Class fields as assignments: no helper, and no declared-only field set to undefined.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false, target: 'ES2021' } },
    legalComments: 'none',
    logLevel: 'error',
  });
  const modern = bundled.outputFiles[0]?.text ?? '';
  forbidLostAccessors(modern);
  // Those that are left after tree shaking.
  const parts = Object.values(bundled.metafile.outputs)[0]?.inputs ?? {};
  const inputs = Object.keys(parts).filter((file) => (parts[file]?.bytesInOutput ?? 0) > 0);
  // esbuild lowers `?.` and `??` shorter than TypeScript; everything older is left to TypeScript.
  const short = await transform(shortSyntax(modern, membersOfClasses(inputs)), {
    target: 'es2019',
    minifySyntax: true,
  });
  const lowered = ts.transpileModule(short.code, {
    reportDiagnostics: true,
    fileName: 'bundle.js',
    compilerOptions: es5,
  });
  const diagnostics = lowered.diagnostics ?? [];
  if (diagnostics.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, formatHost));
  const text = lowered.outputText
    .replace(/^var __extends = [\s\S]*?^\}\)\(\);\n/m, shortExtends)
    .replace('Object.defineProperty(exports, "__esModule", { value: true });', 'exports.__esModule = true;');
  if (!shorten) return text;
  const { outside, names: known, program } = lookUp(packageOf(resolve(source)));
  forbidLooseChains(program, inputs);
  const names = internalNames(inputs, [...outside, ...known]);
  const { code } = await transform(text, {
    target: 'es5',
    minify: true,
    format: 'cjs',
    charset: 'utf8',
    logLevel: 'error',
    ...(names.length > 0 ? { mangleProps: new RegExp(`^(${names.join('|')})$`) } : {}),
  });
  const { code: shortest = '' } = await minify(code, terserOptions);
  return shortest;
}

/** @type {ts.FormatDiagnosticsHost} */
const formatHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => process.cwd(),
  getNewLine: () => '\n',
};

/** Builds all entries of a package into its miniprogram_dist/. @param {string} folder */
export async function buildMiniprogram(folder) {
  const { minihub } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const target = join(folder, 'miniprogram_dist');
  rmSync(target, { recursive: true, force: true });
  for (const [output, source] of Object.entries(minihub.miniprogram)) {
    const file = join(target, output);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await buildMiniprogramEntry(join(folder, source)));
  }
  // The package itself is an ES module, which would make these files ES modules for Node and for bundlers.
  writeFileSync(join(target, 'package.json'), '{ "type": "commonjs" }\n');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildMiniprogram(resolve(process.argv[2] ?? '.'));
}
