#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { languageOf, languageOfArguments } from '@minihub/command-line';
import { helpText, readCliOptions } from './cli-options.ts';
import { startDevServer } from './dev-server/index.ts';
import { SimulatorError } from './errors.ts';

function openBrowser(url: string): void {
  const command = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  const failed = { en: `No browser could be opened. Open ${url} yourself.`, zh: `无法打开浏览器，请自行打开 ${url}。` };
  child.on('error', () => console.error(failed[spoken]));
  child.unref();
}

const args = process.argv.slice(2);
/** Of what this command says; the page asks the browser. */
const spoken = languageOfArguments(args, languageOf(process.env));

async function main(): Promise<void> {
  const { help, open, dir, port, host, language, routes } = readCliOptions(args);
  if (help) {
    process.stdout.write(helpText(spoken));
    return;
  }
  const server = await startDevServer({ dir, port, routes, ...(host && { host }), ...(language && { language }) });
  console.log(`${dir} → ${server.url}`);
  console.log({ en: 'Ctrl+C ends it.', zh: '按 Ctrl+C 结束。' }[spoken]);
  if (open) openBrowser(server.url);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void server.close();
    });
  }
}

try {
  await main();
} catch (error) {
  console.error(SimulatorError.is(error) ? `${error.code}: ${error.text[spoken]}` : error);
  process.exitCode = 1;
}
