import { type FSWatcher, watch } from 'node:fs';

/** How long after a change its companions are waited for, in milliseconds: an editor writes a file in several steps. */
const settleMs = 120;

/** Tells when something below a folder has changed, once for changes that come together. */
export function watchFolder(folder: string, changed: () => void): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  const watcher: FSWatcher = watch(folder, { recursive: true }, (_, name) => {
    if (name !== null && /(^|[\\/])(node_modules|\.git)([\\/]|$)/.test(name)) return;
    clearTimeout(timer);
    timer = setTimeout(changed, settleMs);
  });
  // A folder that vanishes ends the watch, and not the server.
  watcher.on('error', () => watcher.close());
  return {
    close: () => {
      clearTimeout(timer);
      watcher.close();
    },
  };
}
