import type { ComponentConfig } from './compiled-program.ts';
import { withoutEnding } from './paths.ts';
import type { SourceTree } from './source-tree.ts';
import { stylePrefix } from './style-prefix.ts';
import { inlineImports, toCss } from './wxss.ts';

function isShared(config: ComponentConfig | undefined): boolean {
  return config?.component !== true || config.styleIsolation === 'shared';
}

/** Compiles the style sheets of the app, of every page and of every component. */
export function compileStyles(
  tree: SourceTree,
  configs: { readonly [path: string]: ComponentConfig },
): { [path: string]: string } {
  const load = (written: string, from: string): { file: string; text: string } | undefined => {
    const named = written.endsWith('.wxss') ? written : `${written}.wxss`;
    const file = tree.locate(named, from, (path) => tree.files.has(path));
    if (file !== undefined) return { file, text: tree.files.get(file) ?? '' };
    tree.problems.push({ level: 'error', text: `There is no ${written} to @import`, file: from });
    return undefined;
  };
  const styles: { [path: string]: string } = {};
  for (const path of ['app', ...Object.keys(configs)]) {
    const text = tree.files.get(`${path}.wxss`);
    if (text === undefined) continue;
    const config = configs[path];
    const scope = config?.component === true ? { host: path } : {};
    styles[withoutEnding(`${path}.wxss`)] = toCss(
      inlineImports(text, `${path}.wxss`, load),
      isShared(config) ? scope : { ...scope, prefix: stylePrefix(path) },
    );
  }
  return styles;
}
