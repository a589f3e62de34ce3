// Builds miniprogram_dist/ of a package: CommonJS in ES5 syntax, one file per entry, without any import.
//
// esbuild bundles, TypeScript lowers to ES5, esbuild minifies what TypeScript wrote. esbuild alone cannot lower classes;
// TypeScript is here anyway, does it well, and writes each helper that is needed into the file itself. (SWC and Babel do the
// same with larger helpers, and would be one more dependency each.)
//
// Usage: node scripts/build-miniprogram.mjs [package folder]      default: the current folder
// Entries: `minihub.miniprogram` in the package's package.json, { "<output file>": "<source file>" }.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import ts from 'typescript';

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

const builtIns = new Set(
  [
    Object,
    Function,
    Array,
    String,
    Number,
    Promise,
    Map,
    Set,
    RegExp,
    Error,
    ArrayBuffer,
    Uint8Array,
    DataView,
    Symbol,
    Math,
    JSON,
    Date,
  ]
    .flatMap((owner) => [owner, 'prototype' in owner ? owner.prototype : {}])
    .flatMap((owner) => Object.getOwnPropertyNames(owner)),
);

/**
 * The names that only ever name `private` members of classes in these sources: free to be shortened.
 * @param {readonly string[]} files
 */
function privateNames(files) {
  /** @type {Set<string>} */
  const hidden = new Set();
  const seen = new Set(builtIns);
  /** @param {ts.Node} node */
  const visit = (node) => {
    const isMember = ts.isPropertyDeclaration(node) || ts.isMethodDeclaration(node) || ts.isAccessor(node);
    const isPrivate = isMember && ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private;
    if (isPrivate && ts.isIdentifier(node.name)) hidden.add(node.name.text);
    else if ((isMember || isNamedMember(node)) && node.name !== undefined && 'text' in node.name)
      seen.add(node.name.text);
    // A text that happens to be the name might be used to reach the member.
    if (ts.isStringLiteralLike(node)) seen.add(node.text);
    ts.forEachChild(node, visit);
  };
  for (const file of files) visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  return [...hidden].filter((name) => !seen.has(name));
}

/**
 * @param {ts.Node} node
 * @returns {node is ts.PropertySignature | ts.MethodSignature | ts.PropertyAssignment | ts.ShorthandPropertyAssignment | ts.BindingElement}
 */
function isNamedMember(node) {
  return (
    ts.isPropertySignature(node) ||
    ts.isMethodSignature(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isShorthandPropertyAssignment(node) ||
    ts.isBindingElement(node)
  );
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
export async function buildMiniprogramEntry(source, { minify = true } = {}) {
  const bundled = await build({
    entryPoints: [source],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    // esbuild lowers `?.` and `??` shorter than TypeScript; everything older is left to TypeScript.
    target: 'es2019',
    platform: 'neutral',
    conditions: ['@minihub/source'],
    // Class fields as assignments: no helper, and no declared-only field set to undefined.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false, target: 'ES2021' } },
    legalComments: 'none',
    logLevel: 'error',
  });
  const modern = bundled.outputFiles[0]?.text ?? '';
  forbidLostAccessors(modern);
  const lowered = ts.transpileModule(modern, {
    reportDiagnostics: true,
    fileName: 'bundle.js',
    compilerOptions: es5,
  });
  const diagnostics = lowered.diagnostics ?? [];
  if (diagnostics.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, formatHost));
  const text = lowered.outputText.replace(/^var __extends = [\s\S]*?^\}\)\(\);\n/m, shortExtends);
  if (!minify) return text;
  const names = privateNames(Object.keys(bundled.metafile.inputs));
  const { code } = await transform(text, {
    target: 'es5',
    minify: true,
    format: 'cjs',
    charset: 'utf8',
    logLevel: 'error',
    ...(names.length > 0 ? { mangleProps: new RegExp(`^(${names.join('|')})$`) } : {}),
  });
  return code;
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
