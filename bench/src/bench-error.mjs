/** What stops a run before it begins, or ends it: told without a stack. */
export class BenchError extends Error {
  /** @param {string} code `MH_BENCH_…` @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}
