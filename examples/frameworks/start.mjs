/** Runs one of the examples: `npm start -w examples/frameworks express 3000`. */
import { readdirSync } from 'node:fs';
import { build } from 'esbuild';

const names = readdirSync(new URL('src/', import.meta.url))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => name !== 'app-hubs' && name !== 'running-app');
const [name = '', port = '3000'] = process.argv.slice(2);
if (!names.includes(name) || !/^\d{1,5}$/.test(port)) {
  console.error(`npm start -w examples/frameworks NAME [PORT]\n\nNAME is one of: ${names.join(', ')}`);
  process.exit(2);
}

const outfile = new URL(`dist/${name}.mjs`, import.meta.url).pathname;
await build({
  entryPoints: [new URL(`src/${name}.ts`, import.meta.url).pathname],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'error',
});
const app = await (await import(outfile)).start(Number(port));
console.log(`${name}: http://127.0.0.1:${app.port}/hello, hubs at /api/chat and /api/news, raw endpoint at /api/echo`);
process.once('SIGINT', () => void app.close().then(() => process.exit(0)));
