/**
 * What one sample has brought. What a workload does not measure is NaN.
 * @typedef {{
 *   cpuUs: number, acceptUs: number, rssBytes: number, collectedRssBytes: number, heapBytes: number, perSecond: number,
 *   joined: number, bytes: number, p50Us: number, p99Us: number, holdMs: number, holdCpuMs: number, loadCpu: number, keptUp: boolean,
 *   failures: Record<string, number>,
 * }} Sample
 * @typedef {Record<string, Sample[]>} Samples by the key of the row
 * @typedef {{ heapBytes: number, rssBytes: number }} Memory
 * @typedef {{ longestMs: number, longestCpuMs: number }} Hold the longest turn by the clock, and the one with most CPU time
 */

/** So much of what was sent has to arrive before a server counts as keeping up. */
const enough = 0.9;

/**
 * @param {any} result of the load generator
 * @param {{ reach: number, isPaced: boolean, before?: Memory | undefined, held?: Memory | undefined, hold?: Hold | undefined }} about
 *   `reach`: who gets a publication; memory after a collection, `before` the connections and while they are `held`
 * @returns {Sample}
 */
export function toSample(result, { reach, isPaced, before, held, hold }) {
  const { server, latency_us: latency, messages = 0, failures, opened } = result;
  const sent = result.sent_with_drain ?? 0;
  const each = (/** @type {'heapBytes' | 'rssBytes'} */ kind) =>
    before === undefined || held === undefined ? Number.NaN : (held[kind] - before[kind]) / opened;
  return {
    cpuUs: messages > 0 ? server.cpu_us_per_msg : Number.NaN,
    acceptUs: server.accept_cpu_us,
    rssBytes: server.rss_bytes_per_conn ?? Number.NaN,
    collectedRssBytes: each('rssBytes'),
    heapBytes: each('heapBytes'),
    perSecond: messages > 0 ? result.msgs_per_s : result.connects_per_s,
    joined: result.msgs_per_frame ?? Number.NaN,
    bytes: messages > 0 ? result.payload_bytes / messages : Number.NaN,
    p50Us: latency?.count > 0 ? latency.p50 : Number.NaN,
    p99Us: latency?.count > 0 ? latency.p99 : Number.NaN,
    holdMs: hold?.longestMs ?? Number.NaN,
    holdCpuMs: hold?.longestCpuMs ?? Number.NaN,
    loadCpu: result.loadgen.cpu_pct,
    keptUp: !isPaced || result.messages_with_drain >= sent * reach * enough,
    failures,
  };
}

/** @param {readonly Sample[]} samples */
export function failedConnections(samples) {
  return samples.reduce((sum, { failures }) => sum + Object.values(failures).reduce((a, b) => a + b, 0), 0);
}
