import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadMiniProgramModule, type SimulatedPhone } from '@minihub/simulator';
import { buildMiniprogramEntry } from '../../../scripts/build-miniprogram.mjs';
import type { createWebSocketClass } from '../src/web-socket.ts';

/** `miniprogram_dist/web-socket.js` as a phone runs it: ES5 with short names, in WeChat's module wrapper. */
export interface BuiltWebSocket extends Disposable {
  /** A fresh copy of the module, with a phone's timers if one is given. */
  load(phone?: SimulatedPhone): { readonly createWebSocketClass: typeof createWebSocketClass };
}

/** Builds the file into a folder for the test. */
export async function buildWebSocket(): Promise<BuiltWebSocket> {
  const folder = mkdtempSync(join(tmpdir(), 'minihub-web-socket-'));
  const file = join(folder, 'web-socket.js');
  writeFileSync(file, await buildMiniprogramEntry(fileURLToPath(new URL('../src/web-socket.ts', import.meta.url))));
  return {
    load: (phone) =>
      loadMiniProgramModule(file, phone && { timers: phone.timers }) as ReturnType<BuiltWebSocket['load']>,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
