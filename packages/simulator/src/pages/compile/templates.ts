import { packageMissing } from '../../errors.ts';
import { builtInTags, compilerTags, knownTags } from '../built-ins/tag-names.ts';
import type { AppConfig, ComponentConfig } from './compiled-program.ts';
import { withoutEnding } from './paths.ts';
import type { SourceTree } from './source-tree.ts';
import { problemOf, type TemplateWarning } from './template-problems.ts';
import { type MetTag, rewriteTemplate } from './wxml-tags.ts';

type TemplateCompiler = typeof import('glass-easel-template-compiler');

async function loadCompiler(): Promise<TemplateCompiler> {
  try {
    return await import('glass-easel-template-compiler');
  } catch (cause) {
    throw packageMissing(
      'glass-easel-template-compiler',
      'glass-easel@0.12.1 glass-easel-miniprogram-adapter@0.12.1 glass-easel-template-compiler@0.12.1',
      cause,
    );
  }
}

// The functions that WXS has and JavaScript has not; and `minihub`, which the runner gives to the templates: through it
// functions of WXS that are listeners get nodes.
const wxsFunctions = `
Q.A = minihub.changed; Q.C = minihub.called;
var getRegExp = function (pattern, flags) { return new RegExp(pattern, flags); };
var getDate = function (a, b, c, d, e, f, g) {
  if (arguments.length === 0) return new Date();
  return arguments.length === 1 ? new Date(a) : new Date(a, b, c || 1, d || 0, e || 0, f || 0, g || 0);
};
`;

// In their code files are required by their whole name; the compiler knows them without the ending.
function withPlainRequires(code: string): string {
  return code.replace(/(\brequire\s*\(\s*)(['"])([^'"\n]+)\.wxs\2/g, '$1$2$3$2');
}

/** Today's name of an attribute: old ones still work on a phone, and in pages that are older than the new ones. */
function currentName(attribute: string): string {
  if (attribute === 'wx:for-items') return 'wx:for';
  return attribute.replace(/^on(?=[a-z])/, 'bind');
}

/** Gives the built-in tags the names of their elements, and warns of those that are not rendered. */
function namedTags(
  tree: SourceTree,
  file: string,
  text: string,
  custom: ReadonlySet<string>,
  generics: ReadonlySet<string>,
): string {
  const told = new Set<string>();
  const tag = ({ name, line }: MetTag): string => {
    if (compilerTags.has(name) || custom.has(name) || generics.has(name)) return name;
    if (builtInTags.has(name)) return `wx-${name}`;
    if (!told.has(name)) {
      told.add(name);
      const why = knownTags.has(name) ? 'is not simulated' : 'is neither a tag of WeChat nor a component of this file';
      tree.problems.push({ level: 'warning', text: `<${name}> ${why}; it shows as an empty box`, file, line });
    }
    return `wx-${name}`;
  };
  const attribute = (name: string, of: string): string => (custom.has(of) ? name : currentName(name));
  return rewriteTemplate(text, { tag, attribute, script: withPlainRequires });
}

/** Compiles every template and WXS file; the result is an expression of JavaScript. */
export async function compileTemplates(
  tree: SourceTree,
  configs: { readonly [path: string]: ComponentConfig },
  app: AppConfig,
): Promise<string> {
  const { TmplGroup } = await loadCompiler();
  const group = new TmplGroup();
  const appTags = Object.keys((app.usingComponents ?? {}) as object);
  const everyTag = new Set([...appTags, ...Object.values(configs).flatMap((one) => Object.keys(one.usingComponents))]);
  try {
    group.setExtraRuntimeScript(wxsFunctions);
    for (const [file, text] of tree.files) {
      const path = withoutEnding(file);
      if (file.endsWith('.wxs')) group.addScript(path, withPlainRequires(text));
      if (!file.endsWith('.wxml')) continue;
      const config = configs[path];
      // A file that is only imported has no JSON: its tags may be those of whoever imports it.
      const custom = config === undefined ? everyTag : new Set([...appTags, ...Object.keys(config.usingComponents)]);
      const generics = new Set(Object.keys((config?.componentGenerics ?? {}) as object));
      const source = namedTags(tree, file, text, custom, generics);
      const told: readonly TemplateWarning[] = group.addTmpl(path, source) ?? [];
      tree.problems.push(...told.flatMap((warning) => problemOf(warning, source, file) ?? []));
    }
    return group.getTmplGenObjectGroups();
  } finally {
    group.free();
  }
}
