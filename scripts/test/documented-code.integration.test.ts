import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { trackedFiles } from '../tracked-files.mjs';
import { root } from '../workspace.mjs';
import { type CodeBlock, codeBlocksOf } from './support/code-blocks.ts';

const pages = trackedFiles().filter((file) => /^(README|docs\/guide\/|packages\/[^/]+\/README).*\.md$/.test(file));
const blocks = pages.flatMap((page) => codeBlocksOf(page, readFileSync(join(root, page), 'utf8')));

/**
 * What a snippet may use without saying where it comes from: it is what the page is about. Everything else that a snippet
 * does not declare is the reader's own, and may be anything.
 */
const known: Readonly<Record<string, string>> = {
  createServer: "import { createServer } from 'node:http';",
  z: "import { z } from 'zod';",
  hubs: "declare const hubs: import('@minihub/server').HubServer;",
  clients: "declare const clients: import('@minihub/server').HubCallerClients<any>;",
  login: "declare const login: ReturnType<typeof import('@minihub/wechat').wechatLogin>;",
};

const packages = ['server', 'client', 'wechat', 'simulator'].map((name) => `@minihub/${name}`);

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  customConditions: ['@minihub/source'],
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noImplicitAny: false,
  noImplicitThis: false,
  strictNullChecks: true,
  useUnknownInCatchVariables: false,
  allowJs: true,
  checkJs: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
};

// "Cannot find name", and what follows from it: the snippet stands in a program of the reader's.
const readersOwn = new Set([2304, 2552, 2503, 18004]);

const scripts: Readonly<Record<string, string>> = { ts: 'ts', js: 'js' };

/** A block as a file beside its page, so that its imports are found as the page's reader would find them. */
interface Snippet {
  readonly block: CodeBlock;
  readonly file: string;
}

function snippetsOf(all: readonly CodeBlock[]): readonly Snippet[] {
  return all
    .filter(({ language }) => language in scripts)
    .map((block) => ({ block, file: join(root, `${block.page}-${block.line}.${scripts[block.language]}`) }));
}

function programOf(texts: ReadonlyMap<string, string>, before: ts.Program | undefined): ts.Program {
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...more) => {
    const text = texts.get(file);
    return text === undefined ? getSourceFile(file, version, ...more) : ts.createSourceFile(file, text, version, true);
  };
  return ts.createProgram([...texts.keys()], options, host, before);
}

function problemsOf(program: ts.Program, file: string): readonly ts.Diagnostic[] {
  const source = program.getSourceFile(file);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
}

/** What a snippet asks for without having it: the text between the quotes of "Cannot find name 'x'". */
function missingNames(problems: readonly ts.Diagnostic[]): ReadonlySet<string> {
  const names = problems
    .filter(({ code }) => readersOwn.has(code))
    .map(({ file, start = 0, length = 0 }) => file?.text.slice(start, start + length) ?? '');
  return new Set(names);
}

/** The import statements of a page's other snippets, by the names that they bring. */
function importsOf(program: ts.Program, snippets: readonly Snippet[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { file } of snippets) {
    for (const statement of program.getSourceFile(file)?.statements ?? []) {
      if (!ts.isImportDeclaration(statement)) continue;
      const bindings = statement.importClause?.namedBindings;
      if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
      const from = statement.moduleSpecifier.getText();
      for (const element of bindings.elements)
        found.set(element.name.text, `import { ${element.getText()} } from ${from};`);
    }
  }
  return found;
}

/** What our packages export, by name. */
function exportsOf(program: ts.Program, file: string): ReadonlyMap<string, string> {
  const checker = program.getTypeChecker();
  const found = new Map<string, string>();
  for (const statement of program.getSourceFile(file)?.statements ?? []) {
    if (!ts.isImportDeclaration(statement)) continue;
    const module = checker.getSymbolAtLocation(statement.moduleSpecifier);
    if (module === undefined) throw new Error(`${statement.getText()} finds nothing`);
    for (const { name } of checker.getExportsOfModule(module))
      if (!found.has(name)) found.set(name, `import { ${name} } from ${statement.moduleSpecifier.getText()};`);
  }
  return found;
}

/** A module of its own, so that no snippet sees what another declares. What is added comes last, where it moves no line. */
function moduleOf(text: string, preamble: readonly string[] = []): string {
  return [text, ...preamble, 'export {};'].join('\n');
}

/** Checks snippets, and says for each what is wrong with it, by its page and line. */
function check(all: readonly CodeBlock[]): readonly string[] {
  const snippets = snippetsOf(all);
  const entries = join(root, 'entries.ts');
  const imports = packages.map((name, index) => `import * as entry${index} from '${name}';`).join('\n');
  const texts = new Map([
    [entries, imports],
    ...snippets.map(({ file, block }) => [file, moduleOf(block.text)] as const),
  ]);
  const first = programOf(texts, undefined);
  const exported = exportsOf(first, entries);
  for (const { file, block } of snippets) {
    const others = importsOf(
      first,
      snippets.filter((other) => other.block.page === block.page),
    );
    const preamble = [...missingNames(problemsOf(first, file))].flatMap((name) => {
      const found = others.get(name) ?? known[name] ?? exported.get(name);
      return found === undefined ? [] : [found];
    });
    texts.set(file, moduleOf(block.text, preamble));
  }
  const second = programOf(texts, first);
  return snippets.flatMap(({ file, block }) =>
    problemsOf(second, file)
      .filter((problem) => !isReaders(problem))
      .map(({ start = 0, messageText, file: source }) => {
        const line = block.line + (source?.getLineAndCharacterOfPosition(start).line ?? 0);
        return `${block.page}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
      }),
  );
}

/** Whether it is about what the reader has around the snippet, and not about what the snippet says. */
function isReaders({ code, messageText, file, start = 0 }: ts.Diagnostic): boolean {
  const text = ts.flattenDiagnosticMessageText(messageText, '');
  if (readersOwn.has(code)) return true;
  // A file beside the reader's own.
  if (code === 2307) return /'\.{1,2}\//.test(text);
  // The page or component that the snippet stands in.
  if (code === 2532) return file?.text.startsWith('this.', start) === true;
  // In plain JavaScript nobody says which callbacks the clients have.
  return code === 2339 && text.endsWith("Receiver<Record<never, never>>'.");
}

const planted = [
  ['an option that does not exist', 'createHubServer({ helth: true });', "'helth' does not exist"],
  ['a name that is not exported', "import { conect } from '@minihub/client';", 'conect'],
  ['a module that does not exist', "import { a } from '@minihub/redis';", '@minihub/redis'],
  ['text that is no code', 'let = 5 5;', 'expected'],
  ['a method of what the page is about', "hubs.mapp('/chat');", 'mapp'],
  ['a mistake in JavaScript', "const { connekt } = require('@minihub/client');", 'connekt'],
] as const;

describe('code in the documentation', () => {
  let problems: readonly string[] = [];
  beforeAll(() => {
    const bad = planted.map(([, text], index) => ({
      page: `docs/guide/planted-${index}.md`,
      line: 7,
      language: text.includes('require') ? 'js' : 'ts',
      text,
    }));
    problems = check([...blocks, ...bad]);
  });

  it('names what there is, in the way in which it can be used', () => {
    expect(blocks.filter(({ language }) => language in scripts).length).toBeGreaterThan(80);
    expect(problems.filter((problem) => !problem.includes('/planted-'))).toEqual([]);
  });

  it.each(planted)('is looked at: %s is found', (what, _text, problem) => {
    const page = `docs/guide/planted-${planted.findIndex(([name]) => name === what)}.md:7 `;
    const found = problems.filter((one) => one.startsWith(page));
    expect(found).not.toEqual([]);
    expect(found[0]).toContain(problem);
  });
});
