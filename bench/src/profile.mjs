/** Where the time of a CPU profile went, by function: `node bench/src/profile.mjs FILE.cpuprofile [HOW_MANY]`. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const [file, howMany = '30'] = process.argv.slice(2);
if (file === undefined) throw new Error('Which .cpuprofile?');

/** @type {{ nodes: { id: number, callFrame: { functionName: string, url: string, lineNumber: number } }[], samples: number[], timeDeltas: number[] }} */
const profile = JSON.parse(readFileSync(file, 'utf8'));
const names = new Map(
  profile.nodes.map(({ id, callFrame }) => {
    const where = callFrame.url === '' ? '' : ` ${basename(callFrame.url)}:${callFrame.lineNumber + 1}`;
    return [id, `${callFrame.functionName || '(anonymous)'}${where}`];
  }),
);
/** @type {Map<string, number>} */
const selfUs = new Map();
for (const [index, id] of profile.samples.entries()) {
  const name = names.get(id) ?? '?';
  selfUs.set(name, (selfUs.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0));
}
const idle = selfUs.get('(idle)') ?? 0;
selfUs.delete('(idle)');
const busy = [...selfUs.values()].reduce((sum, us) => sum + us, 0);
console.log(`busy ${(busy / 1e6).toFixed(2)} s, idle ${(idle / 1e6).toFixed(2)} s`);
for (const [name, us] of [...selfUs].sort((a, b) => b[1] - a[1]).slice(0, Number(howMany))) {
  console.log(`${((us / busy) * 100).toFixed(1).padStart(5)} %  ${name}`);
}
