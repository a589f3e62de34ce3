import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../bench/src/command-line.mjs';
import { messagesOf, withLength } from '../../bench/src/node-loadgen/frames.mjs';
import { Results } from '../../bench/src/results.mjs';
import { toSample } from '../../bench/src/samples.mjs';
import { Schedule } from '../../bench/src/schedule.mjs';
import { chosenWorkloads } from '../../bench/src/selection.mjs';
import { judge } from '../../bench/src/targets.mjs';
import { allWorkloads } from '../../bench/src/workloads/all.mjs';

const workloads = allWorkloads({ conns: 500, manyConns: 10_000, isQuick: false });

/** What the load generator says of a sample. */
function measured(messages: number, sent: number) {
  const server = { cpu_us_per_msg: 2, accept_cpu_us: 1, rss_bytes_per_conn: 1 };
  const counts = { messages, messages_with_drain: messages, sent_with_drain: sent, payload_bytes: messages * 100 };
  const rest = { opened: 10, msgs_per_s: 1, connects_per_s: 1, latency_us: { count: 0 }, failures: {} };
  return { ...rest, ...counts, server, loadgen: { cpu_pct: 1 } };
}

const sampleOf = (cpuUs: number) => ({
  ...toSample(measured(10, 1), { reach: 10, isPaced: true }),
  cpuUs,
});

describe('the command line of the benchmark', () => {
  it.each([
    [['--nonsense'], 'MH_BENCH_UNKNOWN_OPTION', '--idle-conns'],
    [['extra'], 'MH_BENCH_UNKNOWN_OPTION', '--quick'],
    [['--letters', 'many'], 'MH_BENCH_BAD_VALUE', 'from 0 to 30000'],
    [['--conns', '3'], 'MH_BENCH_BAD_VALUE', 'from 4'],
    [['--rounds', '1.5'], 'MH_BENCH_BAD_VALUE', 'a whole number'],
    [['--only', ','], 'MH_BENCH_BAD_VALUE', '--only'],
  ])('refuses %j and says what there is', (args, code, text) => {
    expect(() => readCommandLine(args)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(text) }),
    );
  });

  it.each([
    [['--only', 'invoke,nothing'], 'MH_BENCH_UNKNOWN_WORKLOAD', 'broadcast-burst'],
    [['--peers', 'minihub,nobody'], 'MH_BENCH_UNKNOWN_PEER', 'socket.io-recovery'],
  ])('refuses %j and lists the names', (args, code, text) => {
    expect(() => chosenWorkloads(readCommandLine(args), workloads)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(text) }),
    );
  });

  it('chooses workloads by id or beginning, and rows by peer', () => {
    const chosen = chosenWorkloads(readCommandLine(['--only', 'growth,invoke', '--peers', 'ws-framed,bun']), workloads);
    expect(chosen.map(({ id, entries }) => [id, new Set(entries.map(({ peer }) => peer))])).toEqual([
      ['invoke', new Set(['bun'])],
      ['invoke-16', new Set(['bun'])],
      ['growth-connections', new Set(['ws-framed'])],
      ['growth-groups', new Set(['ws-framed'])],
    ]);
  });
});

describe('the figures of the benchmark', () => {
  it('take a ratio from the rounds, and no verdict where a row is missing', () => {
    const burst = { minihub: [1, 9, 3].map(sampleOf), 'ws-joined': [1, 10, 2].map(sampleOf) };
    const verdicts = judge({ 'broadcast-burst': burst }, 10_000).map(({ theirs, value, isMet }) => [
      theirs,
      value,
      isMet,
    ]);
    expect(verdicts).toEqual([
      ['socket.io', Number.NaN, undefined],
      ['ws-joined', 1, true],
      ['bun', Number.NaN, undefined],
    ]);
  });

  it('are none when nothing arrived', () => {
    expect(toSample(measured(0, 5), { reach: 10, isPaced: true })).toMatchObject({ cpuUs: Number.NaN, keptUp: false });
  });

  it('say when less than nine tenths of what was due arrived', () => {
    expect(toSample(measured(89, 10), { reach: 10, isPaced: true }).keptUp).toBe(false);
    expect(toSample(measured(90, 10), { reach: 10, isPaced: true }).keptUp).toBe(true);
    expect(toSample(measured(10, 10), { reach: 10, isPaced: false }).keptUp).toBe(true);
  });
});

describe('the time of a run', () => {
  it('allows no further round when the share of a workload is used up, and any without a limit', () => {
    const [first] = workloads;
    if (first === undefined) throw new Error('no workloads');
    expect(new Schedule(workloads, { limitSeconds: 0.001, extraSeconds: 0 }).mayBegin(first)).toBe(false);
    expect(new Schedule(workloads, { extraSeconds: 0 }).mayBegin(first)).toBe(true);
    expect(new Schedule(workloads, { limitSeconds: 100, extraSeconds: 10 }).estimate).toBe(100);
  });
});

describe('the results of a run', () => {
  it('are partial until it is whole, and have the options in their name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-results-'));
    try {
      const environment = { date: '2026-01-02 03:04', commit: 'abc1234, with changes' };
      const results = new Results(folder, { environment, given: ['--quick', '--only invoke,ask'] });
      const run = { environment, workloads, results: {}, extras: [], faults: [], manyConns: 10_000 };
      results.write({ ...run, isPartial: true });
      const name = '2026-01-02-abc1234-changed-quick-only-invoke-ask';
      expect(readdirSync(folder).sort()).toEqual([`${name}.partial.md`, 'latest.json']);
      expect(readFileSync(join(folder, `${name}.partial.md`), 'utf8')).toContain('**Partial**: 0 of');
      results.write({ ...run, isPartial: false });
      expect(readdirSync(folder).sort()).toEqual([`${name}.md`, 'latest.json']);
      expect(JSON.parse(readFileSync(join(folder, 'latest.json'), 'utf8'))).toMatchObject({ isPartial: false });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the load generator in Node', () => {
  it('takes apart what it puts a length before', () => {
    const messages = ['', 'a', 'b'.repeat(127), 'c'.repeat(300)];
    const bytes = Buffer.from(messages.map(withLength).join(''), 'latin1');
    expect(messagesOf(bytes, 'varint').map(String)).toEqual(messages);
  });
});
