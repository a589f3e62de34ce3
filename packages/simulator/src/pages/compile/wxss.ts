import { builtInTags, knownTags } from '../built-ins/tag-names.ts';

/** How the selectors of a style sheet are meant. */
export interface StyleScope {
  /** What class names get in front, for a component that is isolated: `components-bubble`. */
  readonly prefix?: string;
  /** The path of the component, for `:host`. */
  readonly host?: string;
}

/**
 * Lengths in units of a phone: `rpx`, of which 750 are the width of the screen, and `vh`, of which 100 are the height of
 * the page between the bars, not that of the whole screen.
 */
export function convertLengths(text: string): string {
  return text
    .replace(/(-?(?:\d+\.?\d*|\.\d+))rpx\b/g, 'calc(100vw * $1 / 750)')
    .replace(/(-?(?:\d+\.?\d*|\.\d+))vh\b/g, '$1cqh');
}

const token = /\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|\\[\s\S])*'?|url\([^)"']*\)|[{};]/g;
const nesting = /^@(media|supports|layer|container|scope|starting-style)\b/i;
const selectorToken =
  /"[^"]*"?|'[^']*'?|\[[^\]]*\]?|\\.|::?[\w-]+|\.(-?[A-Za-z_][\w-]*)|#[\w-]+|[A-Za-z][\w-]*|[\s\S]/g;

function renamedTag(name: string): string {
  return name === 'page' || builtInTags.has(name) || knownTags.has(name) ? `wx-${name}` : name;
}

/** A selector as it is in the rendered page. */
export function rewriteSelector(selector: string, scope: StyleScope): string {
  let previous = '';
  return selector.replace(selectorToken, (part: string, className: string | undefined) => {
    const startsName = !/[\w\])-]$/.test(previous);
    previous = part;
    if (className !== undefined) return scope.prefix === undefined ? part : `.${scope.prefix}--${className}`;
    if (part === ':host') return scope.host === undefined ? 'wx-page' : `[is="${scope.host}"]`;
    return /^[A-Za-z]/.test(part) && startsName ? renamedTag(part) : part;
  });
}

/** Splits a style sheet into its tokens of structure, with the text before each. */
interface Piece {
  readonly text: string;
  readonly mark: string;
}

function pieces(css: string): Piece[] {
  const found: Piece[] = [];
  let text = '';
  let last = 0;
  for (const match of css.matchAll(token)) {
    text += css.slice(last, match.index);
    last = match.index + match[0].length;
    if (match[0].startsWith('/*')) text += ' ';
    else if (/^[{};]$/.test(match[0])) {
      found.push({ text, mark: match[0] });
      text = '';
    } else text += match[0];
  }
  found.push({ text: text + css.slice(last), mark: '' });
  return found;
}

function openingOf(text: string, scope: StyleScope): { readonly head: string; readonly raw: boolean } {
  const prelude = text.trim();
  if (nesting.test(prelude)) {
    // A condition cannot calculate: a screen is 375 wide here.
    return { head: prelude.replace(/([\d.]+)rpx\b/g, (_, size: string) => `${Number(size) / 2}px`), raw: false };
  }
  if (prelude.startsWith('@')) return { head: prelude, raw: true };
  return { head: rewriteSelector(prelude, scope), raw: true };
}

/** WXSS to CSS: lengths in `rpx`, names of built-in tags, `page`, `:host`, and the classes of an isolated component. */
export function toCss(wxss: string, scope: StyleScope = {}): string {
  let out = '';
  // How many blocks deep we are in something whose inside is copied: declarations, key frames.
  let raw = 0;
  for (const { text, mark } of pieces(wxss)) {
    if (raw > 0) {
      out += convertLengths(text) + mark;
      if (mark === '{') raw++;
      if (mark === '}') raw--;
    } else if (mark === '{') {
      const opening = openingOf(text, scope);
      out += `${opening.head} {`;
      if (opening.raw) raw = 1;
    } else out += text.trim() + mark + (mark === '' ? '' : '\n');
  }
  return out;
}

const importRule = /@import\s+(?:url\(\s*)?["']?([^"')\s;]+)["']?\s*\)?\s*;?/g;

/** Puts imported files in the place of their `@import`. `load` gives a file's text, by the path that was written. */
export function inlineImports(
  wxss: string,
  file: string,
  load: (path: string, from: string) => { readonly file: string; readonly text: string } | undefined,
  open: readonly string[] = [file],
): string {
  const withoutComments = wxss.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, ' ');
  return withoutComments.replace(importRule, (_, path: string) => {
    if (/^https?:/.test(path)) return '';
    const found = load(path, file);
    if (found === undefined || open.includes(found.file)) return '';
    return `${inlineImports(found.text, found.file, load, [...open, found.file])}\n`;
  });
}
