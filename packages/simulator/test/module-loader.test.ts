import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadMiniProgramModule } from '@minihub/simulator';
import { expect, it } from 'vitest';

const source = `
  var order = [];
  exports.run = function (done) {
    Promise.resolve(1)
      .then(function (n) { order.push('then ' + n); return Promise.resolve(n + 1); })
      .then(function (n) { order.push('then ' + n); throw new Error('three'); })
      .then(function () { order.push('never'); })
      .catch(function (error) { order.push('catch ' + error.message); })
      .then(function () { done(order); });
    setTimeout(function () { order.push('timer'); }, 0);
  };
`;

it.each([
  [true, ['timer', 'then 1', 'then 2', 'catch three']],
  [false, ['then 1', 'then 2', 'catch three']],
])('settles promises in timers: %s', async (promiseAsMacrotask, expected) => {
  const folder = mkdtempSync(join(tmpdir(), 'minihub-module-'));
  writeFileSync(join(folder, 'page.js'), source);
  const page = loadMiniProgramModule(join(folder, 'page.js'), { promiseAsMacrotask }) as {
    run(done: (order: string[]) => void): void;
  };
  const order = await new Promise<string[]>((resolve) => page.run(resolve));
  expect(order.slice(0, expected.length)).toEqual(expected);
  rmSync(folder, { recursive: true });
});
