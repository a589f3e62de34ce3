import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { report } from './report.mjs';

/** What a run leaves behind, after each workload: a run that is cut keeps what it has. */
export class Results {
  #folder;
  #name;

  /**
   * @param {string} folder
   * @param {{ environment: { date: string, commit: string }, given: readonly string[] }} run
   *   `given`: options that make it another run than the one for the record; they are in its name
   */
  constructor(folder, { environment, given }) {
    this.#folder = folder;
    const options = given.map((option) => option.replace(/^--/, '').replaceAll(/[^\w.]+/g, '-')).join('-');
    const parts = [environment.date.slice(0, 10), environment.commit.replace(', with changes', '-changed'), options];
    this.#name = parts.filter((part) => part !== '').join('-');
    mkdirSync(folder, { recursive: true });
  }

  /** Writes what there is. @param {Parameters<typeof report>[0]} run @returns {string} where the report is */
  write(run) {
    const { environment, results, faults, isPartial } = run;
    const partial = join(this.#folder, `${this.#name}.partial.md`);
    const whole = join(this.#folder, `${this.#name}.md`);
    writeFileSync(partial, report(run));
    const json = { isPartial, environment, faults: faults.map(({ stderr: _said, ...fault }) => fault), results };
    const latest = join(this.#folder, 'latest.json');
    writeFileSync(`${latest}.new`, `${JSON.stringify(json, undefined, 1)}\n`);
    renameSync(`${latest}.new`, latest);
    if (isPartial) return partial;
    renameSync(partial, whole);
    rmSync(partial, { force: true });
    return whole;
  }
}
