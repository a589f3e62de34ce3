import { peers } from './peers.mjs';
import { median, pairedRatio, summary } from './statistics.mjs';
import { judge } from './targets.mjs';

/** @typedef {import('./workloads.mjs').Workload} Workload @typedef {import('./runner.mjs').Samples} Samples */

/** @param {number} value */
function short(value) {
  if (!Number.isFinite(value)) return '-';
  if (value >= 1_000) return Math.round(value).toLocaleString('en-US');
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** @param {readonly number[]} values */
function spread(values) {
  const { median: middle, min, max } = summary(values);
  return `${short(middle)} (${short(min)}-${short(max)})`;
}

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
export function table(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** @param {string} name */
const labelOf = (name) => peers[name]?.label ?? name;

/** The table of one workload. @param {Workload} workload @param {Samples} samples */
export function workloadTable(workload, samples) {
  const isAccept = workload.figure === 'accept';
  const figure = isAccept ? 'acceptUs' : 'cpuUs';
  const ours = samples.minihub?.map((sample) => sample[figure]);
  const rows = Object.entries(samples)
    .filter(([, list]) => list.length > 0)
    .map(([name, list]) => {
      const of = (/** @type {'cpuUs' | 'acceptUs' | 'rssBytes' | 'perSecond' | 'joined' | 'p50Us' | 'p99Us'} */ key) =>
        list.map((sample) => sample[key]);
      const ratio = ours === undefined || name === 'minihub' ? '' : short(pairedRatio(ours, of(figure)));
      const failed = list.reduce((sum, { failures }) => sum + Object.values(failures).reduce((a, b) => a + b, 0), 0);
      const label = failed === 0 ? labelOf(name) : `${labelOf(name)} (${failed} connections failed)`;
      if (isAccept)
        return [label, spread(of('acceptUs')), ratio, spread(of('rssBytes')), short(median(of('perSecond')))];
      const latency = `${short(median(of('p50Us')))} / ${short(median(of('p99Us')))}`;
      const holds = list.flatMap(({ holdMs }) => (holdMs === undefined ? [] : [holdMs]));
      return [
        ...[label, spread(of('cpuUs')), ratio, short(median(of('perSecond'))), short(median(of('joined'))), latency],
        ...(workload.watchHold ? [short(median(holds))] : []),
      ];
    });
  const head = isAccept
    ? ['server', `CPU µs a ${workload.unit}`, 'minihub / it', 'RSS bytes a connection', `${workload.unit}s a second`]
    : [
        ...['server', `CPU µs a ${workload.unit}`, 'minihub / it', 'a second', 'messages a frame', 'p50 / p99 µs'],
        ...(workload.watchHold ? ['longest turn, ms'] : []),
      ];
  return table(head, rows);
}

/** @param {Record<string, Samples>} results */
export function targetTable(results) {
  const rows = judge(results).map(({ title, against, most, ratio, isMet }) => [
    ...[title, labelOf(against), `≤ ${most}`, short(ratio), isMet ? 'met' : '**missed**'],
  ]);
  return rows.length === 0 ? '' : table(['target', 'against', 'ratio wanted', 'ratio', ''], rows);
}

/**
 * The whole report.
 * @param {{ environment: Record<string, string>, workloads: readonly Workload[], results: Record<string, Samples>, extras: readonly string[] }} run
 */
export function report({ environment, workloads, results, extras }) {
  const about = table(
    ['what', ''],
    Object.entries(environment).map(([name, value]) => [name, value]),
  );
  const sections = workloads
    .filter(({ id }) => results[id] !== undefined)
    .map(
      (workload) =>
        `### ${workload.title}\n\n\`${workload.id}\`\n\n${workloadTable(workload, results[workload.id] ?? {})}`,
    );
  return [
    `# Benchmark of ${environment.date}`,
    'Medians (lowest-highest). CPU is that of the server process, all its threads. Ratios are the medians of the ratios ' +
      'within each round. How to read it: [README](../README.md).',
    about,
    `## Targets\n\n${targetTable(results)}`,
    `## Workloads`,
    ...sections,
    ...extras,
    '',
  ].join('\n\n');
}
