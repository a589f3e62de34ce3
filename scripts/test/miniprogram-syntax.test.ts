import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, it } from 'vitest';
import { internalNames, publicNames } from '../miniprogram-names.mjs';
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

describe('internalNames', () => {
  it('leaves what the public declarations reach, texts, and what the language has', () => {
    const source = `interface Inner { readonly reached: number }
      export interface Options { readonly shown?: Inner }
      class Hidden { private secret = 1; push = 2; spoken = 'spoken'; }
      export class Face { private veiled = new Hidden();
        /** @internal */
        constructor(setup: { kept: number }) {} open(options: Options): void {} }`;
    const path = file('entry.ts', source);
    const names = publicNames([path]);
    expect([...names].sort()).toEqual(['open', 'reached', 'shown']);
    expect(internalNames([path], names).sort()).toEqual(['kept', 'secret', 'veiled']);
    expect(internalNames([path], [...names, 'kept'])).not.toContain('kept');
  });
});
