import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { membersOfClasses } from '../miniprogram-closures.mjs';
import { forbidLooseChains, internalNames, programOf, publicNames } from '../miniprogram-names.mjs';
import { shortSyntax } from '../miniprogram-syntax.mjs';

const folder = mkdtempSync(join(tmpdir(), 'minihub-names-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The value of `result` after running what became of a source. */
function run(source: string): unknown {
  return runInNewContext(`${shortSyntax(source)}\nresult`);
}

describe('shortSyntax', () => {
  it('keeps what a class does, getters and defaults included', () => {
    const source = `var a = 1, Box = class { constructor(n = 2) { this.n = n; } get twice() { return this.n * 2; } add(m) { return this.n + m; } };
      var box = new Box(); var result = [box.twice, box.add(3), new Box(5).twice, box instanceof Box];`;
    expect(shortSyntax(source)).not.toContain('class');
    expect(run(source)).toEqual([4, 5, 10, true]);
  });

  it.each([
    ['is exported', 'class Box { add() {} }\nexport { Box };'],
    ['is extended', 'class Box { add() {} }\nclass Other extends Box {}'],
    ['has static members', 'var Box = class { static is() {} };'],
  ])('leaves a class that %s', (_, source) => {
    expect(shortSyntax(source)).toMatch(/class (Box )?\{/);
  });

  it.each([
    ['{1}{2}', '12'],
    ['{1}-{2}', '1-2'],
    ['a{1 + 1}b{[3, 4]}', 'a2b3,4'],
    ['{"x" + 1}{true ? 2 : 3}', 'x12'],
    ['{undefined}', 'undefined'],
  ])('writes the template %s as a sum of texts', (template, value) => {
    const source = `var result = \`${template.replace(/\{/g, '$' + '{')}\`;`;
    expect(shortSyntax(source)).not.toContain('`');
    expect(run(source)).toBe(value);
  });

  it('writes the number in the place of a member of a table of numbers', () => {
    expect(shortSyntax('var Kind = { Ping: 6 }; var result = Kind.Ping;')).toContain('result = 6');
    expect(shortSyntax("var Kind = { Ping: 6, name: 'x' }; var result = Kind.Ping;")).toContain('result = Kind.Ping');
  });
});

/** What becomes of a class whose source says what is private. */
function close(source: string): string {
  // As esbuild hands it over: without types, and fields set by the constructor.
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, useDefineForClassFields: false },
  });
  return shortSyntax(outputText, membersOfClasses([file('closed.ts', source)]));
}

describe('shortSyntax of a class with private members', () => {
  const source = `class Counter {
    readonly step: number;
    last = 0;
    private n = 1;
    private log: number[] = [];
    private label: string | undefined;
    private readonly start: number;
    constructor(start: number, step = 2) { this.start = start; this.step = step; this.n += start; }
    get total(): number { return this.n; }
    add(by: number): this { const { start, n } = this; this.n = n + by; this.note(by + start); return this; }
    twice(by: number): number[] { this.add(by).add(by); this.last = by; return [by].map((n) => this.n + n); }
    name(label?: string): unknown { this.label = label ?? this.label; return { label: this.label, inner: { get own() { return typeof this.own2; } } }; }
    all(): number[] { const { log, start } = this; return [...log, ((start) => start)(7), { start }.start]; }
    private note(by: number): void { this.log.push(by * this.step); }
  }
  var box = new Counter(5), other = new Counter(0, 3);
  var result = JSON.stringify([box.total, box.twice(2), box.all(), box.last, box.step, other.total, other.name('x'), other.name()]);`;

  it('makes variables of them, and does what the class does', () => {
    const closed = close(source);
    expect(closed).not.toMatch(/class|this\.(n|log|start|label|note)\b|new Counter/);
    const plain = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022 } }).outputText;
    expect(runInNewContext(`${closed}\nresult`)).toBe(runInNewContext(`${plain}\nresult`));
  });

  it('leaves a class whose members are reached by computed names', () => {
    const dynamic = 'class Box { private n = 1; read(name: string) { return this[name as never]; } }';
    expect(close(dynamic)).toContain('this.n = 1');
  });
});

describe('shortSyntax of an optional chain', () => {
  it('asks for the name before it goes on', () => {
    const source =
      'var a, b = { c: { d: () => 1 } }; var result = [a?.c.d(), b?.c.d(), b.c?.d(), a?.[0], typeof a?.()];';
    expect(shortSyntax(source)).toContain('a && a.c.d()');
    expect(run(source)).toEqual([undefined, 1, 1, undefined, 'undefined']);
  });
});

describe('shortSyntax of a class of errors', () => {
  const source = `var CodedError = class extends Error {
      constructor(code, message, options) {
        super(message); Object.setPrototypeOf(this, new.target.prototype);
        this.code = code; if (options !== undefined && 'cause' in options) this.cause = options.cause;
      }
      static is(value) { return value instanceof CodedError; }
    };`;
  const result = `var error = new CodedError(7, 'seven'); var result = [
      error.code, error.message, error instanceof Error, CodedError.is(error), CodedError.is(new Error()), 'cause' in error,
      error.constructor === CodedError, /seven/.test(error.stack)];`;

  it('decorates an error, without the parameter that nobody passes', () => {
    const short = shortSyntax(`${source}\n${result}`);
    expect(short).not.toMatch(/class|options/);
    expect(run(`${source}\n${result}`)).toEqual([7, 'seven', true, true, false, false, true, true]);
  });

  it('keeps a parameter that somebody passes', () => {
    expect(run(`${source}\nvar result = new CodedError(7, 'seven', { cause: 8 }).cause;`)).toBe(8);
  });

  it.each([
    ['is exported', `${source}\nexport { CodedError };`],
    ['is extended', `${source}\nclass Other extends CodedError {}`],
    [
      'has methods',
      'var Other = class extends Error { constructor() { super(); Object.setPrototypeOf(this, new.target.prototype); } tell() {} };',
    ],
  ])('leaves a class that %s', (_, text) => {
    expect(shortSyntax(text)).toContain('class extends Error');
  });
});

describe('shortSyntax of spreads and numbers', () => {
  it('assigns in one call, to an object of its own', () => {
    const source = 'var a = { x: 1, y: 1 }, b = { y: 2 }; var result = [{ ...a, ...b, z: 3 }, { z: 4, ...a }, a, b];';
    expect(shortSyntax(source)).not.toContain('...');
    expect(run(source)).toEqual([{ x: 1, y: 2, z: 3 }, { z: 4, x: 1, y: 1 }, { x: 1, y: 1 }, { y: 2 }]);
  });

  it('writes numbers where they are used, unless they change', () => {
    const source =
      'var limit = 5e3, count = 0; function next() { return limit + ++count; } var result = [next(), next()];';
    expect(shortSyntax(source)).toContain('5e3 + ++count');
    expect(run(source)).toEqual([5001, 5002]);
  });
});

describe('forbidLooseChains', () => {
  it.each([
    ['string | undefined', 'refused'],
    ['number | null', 'refused'],
    ['{ length: number } | undefined', 'taken'],
  ])('finds a chain of %s %s', (type, verdict) => {
    const path = file('loose.ts', `export function size(value: ${type}) { return value?.length; }`);
    const check = () => forbidLooseChains(programOf([path]), [path]);
    if (verdict === 'refused') expect(check).toThrow("'' would come out");
    else expect(check).not.toThrow();
  });
});

describe('internalNames', () => {
  it('leaves what the public declarations reach, texts, and what the language has', () => {
    const source = `interface Inner { readonly reached: number }
      export interface Options { readonly shown?: Inner }
      class Hidden { private secret = 1; push = 2; spoken = 'spoken'; }
      export class Face { private veiled = new Hidden();
        /** @internal */
        constructor(setup: { kept: number }) {} open(options: Options): void {} }`;
    const path = file('entry.ts', source);
    const names = publicNames(programOf([path]), [path]);
    expect([...names].sort()).toEqual(['open', 'reached', 'shown']);
    expect(internalNames([path], names).sort()).toEqual(['kept', 'secret', 'veiled']);
    expect(internalNames([path], [...names, 'kept'])).not.toContain('kept');
  });
});
