import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../command.mjs';
import { root } from '../workspace.mjs';

const canaries = ['lint-canary.ts', 'lint-canary-source.ts'];

describe('the lint canary', () => {
  let folder = '';
  let canary = '';
  let config = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minihub-lint-'));
    for (const file of canaries) await cp(join(root, 'scripts', file), join(folder, file));
    canary = await readFile(join(root, 'scripts/lint-canary.ts'), 'utf8');
    // Without what needs the repository around it.
    const { $schema: _, vcs: __, ...rest } = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8'));
    config = JSON.stringify(rest, undefined, 2);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function lint(configText: string, canaryText: string): Promise<{ code: number; output: string }> {
    await writeFile(join(folder, 'biome.json'), configText);
    await writeFile(join(folder, 'lint-canary.ts'), canaryText);
    return run('biome', ['lint', '--error-on-warnings', '.'], { cwd: folder });
  }

  it('passes while every rule works', async () => {
    const { code, output } = await lint(config, canary);
    expect(output).toContain('Checked 3 files');
    expect(code).toBe(0);
  });

  it('breaks every rule that it names', async () => {
    const rules = [...canary.matchAll(/biome-ignore (lint\/\S+):/g)].map(([, rule]) => rule);
    const { code, output } = await lint(config, canary.replaceAll(/\/\/ biome-ignore .*/g, ''));
    expect(code).not.toBe(0);
    expect(rules.length).toBeGreaterThan(2);
    for (const rule of rules) expect(output).toContain(rule);
  });

  it.each(['noFloatingPromises', 'noMisusedPromises', 'useExhaustiveSwitchCases'])(
    'fails when %s stops working',
    async (rule) => {
      const { code, output } = await lint(config.replace(`"${rule}": "error"`, `"${rule}": "off"`), canary);
      expect(code).not.toBe(0);
      expect(output).toContain('suppressions/unused');
    },
  );
});
