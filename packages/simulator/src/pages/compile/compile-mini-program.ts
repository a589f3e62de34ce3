import { SimulatorError } from '../../errors.ts';
import type { AppConfig, CompiledMiniProgram } from './compiled-program.ts';
import { ConfigReader } from './config-reader.ts';
import { resolvePath, withoutEnding } from './paths.ts';
import { filesFrom, filesOf, type ProjectFiles } from './project-files.ts';
import { compileScript } from './scripts.ts';
import { SourceTree } from './source-tree.ts';
import { compileStyles } from './styles.ts';
import { compileTemplates } from './templates.ts';

/** Where a mini program's sources are: on disk, or in the hand. */
export type MiniProgramSource = { readonly dir: string } | { readonly files: { readonly [path: string]: string } };

interface Subpackage {
  readonly root: string;
  readonly pages?: readonly string[];
}

function pagesOf(app: AppConfig): string[] {
  const subpackages = (app.subPackages ?? app.subpackages ?? []) as readonly Subpackage[];
  const nested = subpackages.flatMap(({ root, pages = [] }) =>
    pages.map((page) => resolvePath(`/${root}/${page}`, '')),
  );
  const pages = [...(app.pages ?? []), ...nested].map((page) => resolvePath(`/${page}`, ''));
  const entry = app.entryPagePath;
  return [...new Set(entry === undefined ? pages : [resolvePath(`/${entry}`, ''), ...pages])];
}

/** What there is instead of a folder. */
const givenFiles = { en: 'the given files', zh: '给出的文件' };

function appConfigOf(tree: SourceTree, project: ProjectFiles): AppConfig {
  const text = tree.files.get('app.json');
  if (text === undefined) throw new SimulatorError('MH_SIM_NOT_A_MINI_PROGRAM', project.root ?? givenFiles);
  try {
    return JSON.parse(text) as AppConfig;
  } catch (cause) {
    throw new SimulatorError('MH_SIM_BAD_JSON', 'app.json', { hint: (cause as Error).message, cause });
  }
}

/**
 * Compiles a mini program into plain data that {@link runMiniProgram} runs, here or in a browser. What is wrong in a single
 * file is told in `problems`, and the rest runs.
 * @throws SimulatorError MH_SIM_NOT_A_MINI_PROGRAM, MH_SIM_FOLDER_NOT_FOUND, MH_SIM_BAD_JSON, MH_SIM_NO_PAGES,
 * MH_SIM_PACKAGE_MISSING
 */
export async function compileMiniProgram(source: MiniProgramSource): Promise<CompiledMiniProgram> {
  const project = 'dir' in source ? filesOf(source.dir) : filesFrom(source.files);
  const tree = new SourceTree(project);
  const app = appConfigOf(tree, project);
  const pages = pagesOf(app);
  if (pages.length === 0) throw new SimulatorError('MH_SIM_NO_PAGES', '');
  const reader = new ConfigReader(tree, app);
  for (const page of pages) {
    if (!tree.files.has(`${page}.wxml`)) {
      tree.problems.push({ level: 'error', text: `There is no ${page}.wxml, which app.json lists`, file: 'app.json' });
    }
    reader.read(page, true);
  }
  if (app.tabBar?.custom === true) reader.read('custom-tab-bar/index', false);
  const scripts: { [file: string]: CompiledMiniProgram['scripts'][string] } = {};
  const data: { [file: string]: unknown } = {};
  for (const [path, text] of tree.files) {
    if (/\.[jt]s$/.test(path)) {
      scripts[`${withoutEnding(path)}.js`] = await compileScript(path, text, tree.problems);
    } else if (path.endsWith('.json') && !(withoutEnding(path) in reader.configs)) {
      const value = tree.json(path);
      if (value !== undefined) data[path] = value;
    }
  }
  return {
    appId: project.appId ?? 'wx0000000000000000',
    app,
    theme: tree.json(resolvePath(`/${String(app.themeLocation ?? 'theme.json')}`, '')) ?? {},
    pages,
    configs: reader.configs,
    scripts,
    data,
    styles: compileStyles(tree, reader.configs),
    templates: await compileTemplates(tree, reader.configs, app),
    problems: tree.problems,
  };
}
