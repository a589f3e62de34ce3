import { SimulatorError } from '../errors.ts';
import { compileMiniProgram, type MiniProgramSource } from './compile/compile-mini-program.ts';
import { type MiniProgram, type RunOptions, runCompiled } from './runtime/mini-program.ts';

/**
 * Renders a native mini program with WeChat's own component framework, in jsdom or in a browser: its pages, components,
 * styles and scripts as they are on disk, on a simulated phone.
 * @throws SimulatorError MH_SIM_NOT_A_MINI_PROGRAM, MH_SIM_FOLDER_NOT_FOUND, MH_SIM_BAD_JSON, MH_SIM_NO_PAGES,
 * MH_SIM_PACKAGE_MISSING, MH_SIM_OPTION
 *
 * @example
 * const { window } = new JSDOM();
 * await using phone = createWx();
 * await using app = await runMiniProgram({ dir: 'miniprogram', phone, document: window.document });
 * window.document.querySelector('wx-button').click();
 */
export async function runMiniProgram(options: MiniProgramSource & RunOptions): Promise<MiniProgram> {
  if (typeof options.document?.createElement !== 'function') {
    throw new SimulatorError('MH_SIM_OPTION', {
      en: 'document must be a document: of a browser, or `new JSDOM().window.document`.',
      zh: 'document 应为文档对象：浏览器的，或 `new JSDOM().window.document`。',
    });
  }
  return runCompiled(await compileMiniProgram(options), options);
}

export { SimulatorError, type SimulatorErrorCode, simulatorErrors } from '../errors.ts';
export type { ChosenFile, ExtConfig, PlatformHooks, TextStorage } from './api/platform-hooks.ts';
export { compileMiniProgram, type MiniProgramSource } from './compile/compile-mini-program.ts';
export type {
  AppConfig,
  CompiledMiniProgram,
  CompiledScript,
  ComponentConfig,
  ProgramProblem,
  TabBarConfig,
  ThemeVariables,
} from './compile/compiled-program.ts';
export type { PageInstance } from './runtime/framework.ts';
export { type MiniProgram, type RunOptions, runCompiled } from './runtime/mini-program.ts';
export type { PageError } from './runtime/reports.ts';
export type { Theme } from './runtime/theme.ts';
