/** A page's or component's JSON, and what of `app.json` belongs to every page. */
export interface ComponentConfig {
  readonly component?: boolean;
  /** Paths from the root, without a leading slash. */
  readonly usingComponents: { readonly [tag: string]: string };
  readonly styleIsolation?: string;
  readonly [name: string]: unknown;
}

/** One script file, ready to run in the module wrapper. */
export interface CompiledScript {
  readonly code: string;
  /** For files that were translated: which line of the source each line came from, from 1; 0 where there is none. */
  readonly lines?: readonly number[];
  /** The name of the source, if it is another: `pages/index/index.ts`. */
  readonly source?: string;
}

/** Something in the sources that cannot be run as it is. The rest runs. */
export interface ProgramProblem {
  readonly level: 'warning' | 'error';
  readonly text: string;
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
}

/** A tab bar of `app.json`. */
export interface TabBarConfig {
  readonly color?: string;
  readonly selectedColor?: string;
  readonly backgroundColor?: string;
  readonly borderStyle?: string;
  readonly position?: string;
  readonly custom?: boolean;
  readonly list?: readonly {
    readonly pagePath: string;
    readonly text?: string;
    readonly iconPath?: string;
    readonly selectedIconPath?: string;
  }[];
}

/** What the runner reads of `app.json`. */
export interface AppConfig {
  readonly pages?: readonly string[];
  readonly entryPagePath?: string;
  readonly window?: { readonly [name: string]: unknown };
  readonly tabBar?: TabBarConfig;
  readonly darkmode?: boolean;
  readonly [name: string]: unknown;
}

/** Values of theme.json's variables, for light and dark. */
export interface ThemeVariables {
  readonly light?: { readonly [name: string]: string };
  readonly dark?: { readonly [name: string]: string };
}

/** A mini program after compilation: plain data, so that it can be sent to a browser as JSON. */
export interface CompiledMiniProgram {
  readonly appId: string;
  readonly app: AppConfig;
  readonly theme: ThemeVariables;
  /** Every page, those of subpackages too, in order. */
  readonly pages: readonly string[];
  readonly configs: { readonly [path: string]: ComponentConfig };
  /** By file, with its ending: `utils/util.js`. */
  readonly scripts: { readonly [file: string]: CompiledScript };
  /** JSON files, for `require`. */
  readonly data: { readonly [file: string]: unknown };
  /** CSS by path without ending: `app`, `pages/index/index`. */
  readonly styles: { readonly [path: string]: string };
  /** An expression of JavaScript that makes every template, as glass-easel's compiler wrote it. */
  readonly templates: string;
  readonly problems: readonly ProgramProblem[];
}
