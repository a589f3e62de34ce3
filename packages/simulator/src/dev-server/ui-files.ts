import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageMissing } from '../errors.ts';
import { packageRoot } from './package-root.ts';

/** The pages of the simulator, ready to be served. */
export interface UiFiles {
  readonly [path: string]: { readonly type: string; readonly body: string };
}

/** Bundles the scripts of the simulator's pages, WeChat's component framework included. */
async function bundle(entry: string): Promise<string> {
  let esbuild: typeof import('esbuild');
  try {
    esbuild = await import('esbuild');
  } catch (cause) {
    throw packageMissing('esbuild', 'esbuild', cause);
  }
  try {
    const { outputFiles } = await esbuild.build({
      entryPoints: [join(packageRoot(), 'src', 'ui', entry)],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      charset: 'utf8',
      define: { 'process.env.NODE_ENV': '"production"' },
      logLevel: 'silent',
    });
    return outputFiles[0]?.text ?? '';
  } catch (cause) {
    const missing = /Could not resolve "(glass-easel[\w-]*)"/.exec(String(cause))?.[1];
    if (missing === undefined) throw cause;
    throw packageMissing(missing, 'glass-easel@0.12.1 glass-easel-miniprogram-adapter@0.12.1', cause);
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Reads and bundles everything that the browser gets. */
export async function loadUi(project: string, language: string): Promise<UiFiles> {
  const read = (name: string): string => readFileSync(join(packageRoot(), 'src', 'ui', name), 'utf8');
  const [shell, phone] = await Promise.all([bundle('shell.ts'), bundle('phone-frame.ts')]);
  const html = read('shell.html').replaceAll('{{project}}', escapeHtml(project)).replaceAll('{{lang}}', language);
  const script = 'text/javascript; charset=utf-8';
  return {
    '/': { type: 'text/html; charset=utf-8', body: html },
    '/shell.css': { type: 'text/css; charset=utf-8', body: read('shell.css') },
    '/shell.js': { type: script, body: shell },
    '/phone': { type: 'text/html; charset=utf-8', body: read('phone.html') },
    '/phone.js': { type: script, body: phone },
  };
}
