import { fileURLToPath } from 'node:url';
import { loadMiniProgramModule } from '@minihub/simulator';

/** The project of the mini program. */
export const projectDir: string = fileURLToPath(new URL('../..', import.meta.url));

/** Loads a file of the mini program by itself, as WeChat does, on a phone that speaks a language. */
export function loadFile<Exports>(path: string, language = 'zh_CN'): Exports {
  const wx = { getAppBaseInfo: () => ({ language }) };
  return loadMiniProgramModule(`${projectDir}/miniprogram/${path}`, { globals: { wx } }) as Exports;
}
