#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { helpText, readCliOptions } from './cli-options.ts';
import { startDevServer } from './dev-server/index.ts';
import { SimulatorError } from './errors.ts';

function openBrowser(url: string): void {
  const command = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => console.error(`No browser could be opened. Open ${url} yourself.`));
  child.unref();
}

async function main(): Promise<void> {
  const { help, open, dir, port, host, language, routes } = readCliOptions(process.argv.slice(2));
  if (help) {
    console.log(helpText);
    return;
  }
  const server = await startDevServer({ dir, port, routes, ...(host && { host }), ...(language && { language }) });
  console.log(`${dir} → ${server.url}`);
  console.log('Ctrl+C ends it.');
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
  console.error(SimulatorError.is(error) ? `${error.code}: ${error.message}` : error);
  process.exitCode = 1;
}
