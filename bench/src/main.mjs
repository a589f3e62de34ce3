/** `npm run bench`: see the README beside. */
import { BenchError } from './bench-error.mjs';
import { helpText, readCommandLine } from './command-line.mjs';
import { stopAll } from './processes.mjs';
import { listText, Run } from './run.mjs';

/** @param {readonly string[]} args @returns {Promise<number>} the exit code */
async function main(args) {
  const options = readCommandLine(args);
  if (options.help || options.list) {
    console.log(options.help ? helpText() : listText());
    return 0;
  }
  const run = await Run.prepare(options);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => {
      stopAll();
      run.cut(signal);
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  }
  return run.whole();
}

process.on('exit', stopAll);
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BenchError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 2;
}
