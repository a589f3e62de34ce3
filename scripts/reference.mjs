/**
 * The generated pages of docs/reference: `npm run reference` writes them, `npm run reference -- --check` fails when one
 * does not say what the sources say, so no number and no code is typed twice. A page is a file in scripts/reference/.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clientErrorPages } from './reference/client-errors.mjs';
import { closeCodePages } from './reference/close-codes.mjs';
import { doctorFindingPages } from './reference/doctor-findings.mjs';
import { errorPages } from './reference/errors.mjs';
import { limitPages } from './reference/limits.mjs';
import { logEventPages } from './reference/log-events.mjs';
import { metricPages } from './reference/metrics.mjs';
import { wechatErrorPages } from './reference/wechat-errors.mjs';
import { root } from './workspace.mjs';

/**
 * What makes pages: the text of each file, by its path from the root.
 * @type {readonly (() => Promise<Readonly<Record<string, string>>>)[]}
 */
const makers = [
  doctorFindingPages,
  limitPages,
  errorPages,
  closeCodePages,
  clientErrorPages,
  logEventPages,
  metricPages,
  wechatErrorPages,
];

const check = process.argv.includes('--check');
let stale = 0;
for (const make of makers) {
  for (const [file, text] of Object.entries(await make())) {
    const path = join(root, file);
    const current = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    if (current === text) continue;
    stale++;
    console.log(check ? `${file} does not say what the sources say` : `written: ${file}`);
    if (check) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
if (check && stale > 0) {
  console.log('\nnpm run reference writes them.');
  process.exitCode = 1;
}
