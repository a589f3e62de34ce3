import type { CompiledMiniProgram } from '../compile/compiled-program.ts';

/** The two themes of a phone. */
export type Theme = 'light' | 'dark';

/** What a mini program sees of the phone's theme: `light`, unless its app.json says `darkmode`. */
export function themeFor(program: CompiledMiniProgram, wanted: Theme): Theme {
  return program.app.darkmode === true ? wanted : 'light';
}

/** Puts theme.json's values in the place of `@name`, at any depth. */
export function withTheme<Value>(program: CompiledMiniProgram, value: Value, theme: Theme): Value {
  if (typeof value === 'string') {
    if (!value.startsWith('@')) return value;
    return (program.theme[theme]?.[value.slice(1)] ?? value) as Value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withTheme(program, item, theme)) as Value;
  const themed = Object.entries(value).map(([name, item]) => [name, withTheme(program, item, theme)] as const);
  return Object.fromEntries(themed) as Value;
}

/** A style sheet whose questions about light and dark have this phone's answer, whatever the browser's would be. */
export function cssFor(css: string, theme: Theme): string {
  return css.replace(/\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)/gi, (_, asked: string) =>
    asked.toLowerCase() === theme ? '(min-width: 0px)' : '(max-width: 0px)',
  );
}
