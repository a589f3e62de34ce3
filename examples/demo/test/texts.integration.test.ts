import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { texts } from '../public/texts.js';

const html = readFileSync(new URL('../public/index.html', import.meta.url), 'utf8');

it('has every text in both languages, with the same blanks', () => {
  const blanks = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
  expect(Object.keys(texts.zh).sort()).toEqual(Object.keys(texts.en).sort());
  for (const [key, english] of Object.entries(texts.en)) {
    expect(blanks(texts.zh[key as keyof typeof texts.zh]), key).toEqual(blanks(english));
  }
});

it('names only texts that exist, and shows the same words before its script runs', () => {
  const named = [...html.matchAll(/data-t(?:-label|-placeholder)?="(\w+)"/g)].map(([, key]) => key);
  expect(named.length).toBeGreaterThan(20);
  for (const key of named) expect(Object.keys(texts.en)).toContain(key);
  for (const [, key, words] of html.matchAll(/data-t="(\w+)"[^>]*>([^<]*)</g)) {
    expect(words).toBe(texts.en[key as keyof typeof texts.en]);
  }
});
