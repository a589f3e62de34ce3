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

/** Bundles one source file for mini programs and returns the text. */
export async function buildMiniprogramEntry(source, { minify = true } = {}) {
  const bundled = await build({
    entryPoints: [source],
    bundle: true,
    write: false,
    format: 'esm',
    // As late as possible: what esbuild lowers gets esbuild's helpers, which are larger than TypeScript's.
    target: 'es2022',
    platform: 'neutral',
    conditions: ['@minihub/source'],
    legalComments: 'none',
    logLevel: 'error',
  });
  const { outputText, diagnostics } = ts.transpileModule(bundled.outputFiles[0].text, {
    reportDiagnostics: true,
    fileName: 'bundle.js',
    compilerOptions: {
      allowJs: true,
      target: ts.ScriptTarget.ES5,
      module: ts.ModuleKind.CommonJS,
      downlevelIteration: true,
      ignoreDeprecations: '6.0',
      removeComments: true,
      useDefineForClassFields: false,
    },
  });
  if (diagnostics.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, formatHost));
  if (!minify) return outputText;
  const { code } = await transform(outputText, {
    target: 'es5',
    // The module wrapper of WeChat is a function, but a file should do no harm at the top level either.
    minifyWhitespace: true,
    minifySyntax: true,
    minifyIdentifiers: true,
    format: 'cjs',
    charset: 'utf8',
    logLevel: 'error',
  });
  return code;
}

const formatHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => process.cwd(),
  getNewLine: () => '\n',
};

/** Builds all entries of a package into its miniprogram_dist/. */
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
