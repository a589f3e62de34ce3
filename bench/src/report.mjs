import { peers } from './peers.mjs';
import { failedConnections } from './samples.mjs';
import { median, pairedRatio, summary } from './statistics.mjs';
import { judge } from './targets.mjs';

/**
 * @typedef {import('./workloads/workload.mjs').Workload} Workload
 * @typedef {import('./workloads/workload.mjs').Entry} Entry
 * @typedef {import('./samples.mjs').Sample} Sample
 * @typedef {import('./samples.mjs').Samples} Samples
 * @typedef {keyof Omit<Sample, 'keptUp' | 'failures'>} Key
 * @typedef {{ head: string, cell: (list: readonly Sample[], ours: readonly Sample[]) => string }} Column
 */

/** @param {number} value */
function short(value) {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
export function table(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** @param {readonly Sample[]} list @param {Key} key */
const valuesOf = (list, key) => list.map((sample) => sample[key]);

/** @param {string} head @param {Key} key @returns {Column} the median and the range */
const spread = (head, key) => ({
  head,
  cell: (list) => {
    const { median: middle, min, max } = summary(valuesOf(list, key));
    if (!Number.isFinite(middle)) return '-';
    return list.length === 1 ? short(middle) : `${short(middle)} (${short(min)}-${short(max)})`;
  },
});

/** @param {string} head @param {Key} key @returns {Column} */
const middle = (head, key) => ({ head, cell: (list) => short(median(valuesOf(list, key))) });

/** @param {string} head @param {Key} key @returns {Column} what the row of reference costs, by this one */
const ratio = (head, key) => ({
  head,
  cell: (list, ours) => (list === ours ? '' : short(pairedRatio(valuesOf(ours, key), valuesOf(list, key)))),
});

/** @type {Column} */
const latency = {
  head: 'p50 / p99 µs',
  cell: (list) => `${short(median(valuesOf(list, 'p50Us')))} / ${short(median(valuesOf(list, 'p99Us')))}`,
};

/** @param {Workload} workload @returns {Column[]} */
function columnsOf({ figure, unit }) {
  const perSecond = middle(`${unit}s a second`, 'perSecond');
  if (figure === 'storm')
    return [spread(`CPU µs per ${unit}`, 'acceptUs'), ratio('reference / it', 'acceptUs'), perSecond];
  if (figure === 'accept')
    return [
      ...[spread(`CPU µs per ${unit}`, 'acceptUs'), ratio('reference / it', 'acceptUs')],
      ...[spread('RSS bytes each', 'rssBytes'), ratio('reference / it', 'rssBytes')],
      ...[middle('RSS, collected', 'collectedRssBytes'), middle('live heap, collected', 'heapBytes'), perSecond],
    ];
  if (figure === 'hold')
    return [
      ...[spread('longest turn, ms', 'holdMs'), spread('of CPU, ms', 'holdCpuMs'), middle('a second', 'perSecond')],
      latency,
    ];
  return [
    ...[spread(`CPU µs per ${unit}`, 'cpuUs'), ratio('reference / it', 'cpuUs'), middle('a second', 'perSecond')],
    ...[middle('messages a frame', 'joined'), middle('bytes each', 'bytes')],
    latency,
  ];
}

/** @param {Entry} entry */
export const labelOf = ({ peer, label }) =>
  [peers[peer]?.label ?? peer, ...(label === undefined ? [] : [label])].join(', ');

/** What is to be known of a row besides its figures. @param {readonly Sample[]} list @param {number} rounds */
function remarksOf(list, rounds) {
  const failed = failedConnections(list);
  const behind = list.filter(({ keptUp }) => !keptUp).length;
  return [
    ...(list.length === rounds ? [] : [`${list.length} of ${rounds} samples`]),
    ...(failed === 0 ? [] : [`${failed} connections failed`]),
    ...(behind * 2 <= list.length ? [] : ['did not keep up']),
  ].join(', ');
}

/** The table of one workload. @param {Workload} workload @param {Samples} samples */
export function workloadTable(workload, samples) {
  const { entries, reference, note } = workload;
  const columns = columnsOf(workload);
  const rounds = Math.max(0, ...Object.values(samples).map((list) => list.length));
  const rows = entries
    .filter(({ key }) => (samples[key]?.length ?? 0) > 0)
    .map((entry) => {
      const list = samples[entry.key] ?? [];
      const ours = samples[entry.against ?? reference] ?? [];
      const remarks = remarksOf(list, rounds);
      const label = remarks === '' ? labelOf(entry) : `${labelOf(entry)} (${remarks})`;
      return [label, ...columns.map(({ cell }) => cell(list, ours))];
    });
  if (rows.length === 0) return 'Nothing was measured.';
  const about = `${rounds} ${rounds === 1 ? 'sample' : 'samples'} of each.${note === undefined ? '' : ` ${note}`}`;
  return `${table(['server', ...columns.map(({ head }) => head)], rows)}\n\n${about}`;
}

/** @param {string} key @param {Workload | undefined} workload */
function labelOfKey(key, workload) {
  const entry = workload?.entries.find((candidate) => candidate.key === key);
  return entry === undefined ? (peers[key]?.label ?? key) : labelOf(entry);
}

/**
 * @param {Record<string, Samples>} results
 * @param {{ workloads: readonly Workload[], manyConns: number }} run
 */
export function targetTable(results, { workloads, manyConns }) {
  const rows = judge(results, manyConns).map(({ title, workload: id, theirs, most, unit, value, isMet }) => {
    const workload = workloads.find((candidate) => candidate.id === id);
    const verdict = isMet === undefined ? 'not measured' : isMet ? 'met' : '**missed**';
    const wanted = unit === undefined ? `≤ ${most}` : `≤ ${most} ${unit}`;
    return [title, theirs === undefined ? '-' : labelOfKey(theirs, workload), wanted, short(value), verdict];
  });
  return rows.length === 0
    ? 'No target can be judged by what was measured.'
    : table(['target', 'against', 'wanted', 'is', ''], rows);
}

/**
 * The whole report.
 * @param {{
 *   environment: Record<string, string>, workloads: readonly Workload[], results: Record<string, Samples>,
 *   extras: readonly string[], faults: readonly import('./runner.mjs').Fault[], manyConns: number, isPartial: boolean,
 * }} run
 */
export function report({ environment, workloads, results, extras, faults, manyConns, isPartial }) {
  const done = workloads.filter(({ id }) => results[id] !== undefined);
  const sections = done.map(
    (workload) =>
      `### ${workload.title}\n\n\`${workload.id}\`\n\n${workloadTable(workload, results[workload.id] ?? {})}`,
  );
  return [
    `# Benchmark of ${environment.date}`,
    ...(isPartial ? [`**Partial**: ${done.length} of ${workloads.length} workloads.`] : []),
    'Medians (lowest-highest). CPU is that of the server process, all its threads. "reference / it" is what the row of ' +
      'reference (ours, of the same variant) costs, divided by what this one does: the median of the ratios within each ' +
      'round. How to read it: [README](../README.md).',
    table(['what', ''], Object.entries(environment)),
    `## Targets\n\n${targetTable(results, { workloads, manyConns })}`,
    ...(faults.length === 0
      ? []
      : [
          `## Left out\n\n${faults.map(({ workload, row, text }) => `* \`${workload}\`, \`${row}\`: ${text}`).join('\n')}`,
        ]),
    '## Workloads',
    ...sections,
    ...extras,
    '',
  ].join('\n\n');
}
