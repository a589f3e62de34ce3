/** A tag that was met, and where. */
export interface MetTag {
  readonly name: string;
  /** From 1. */
  readonly line: number;
}

/** Where the piece of text that starts at `start` ends: behind `ending`, or at the end of the source. */
function behind(source: string, start: number, ending: string): number {
  const found = source.indexOf(ending, start);
  return found < 0 ? source.length : found + ending.length;
}

/** The end of a tag that starts at `start`: behind its `>`, which quoted values may contain. */
function endOfTag(source: string, start: number): number {
  for (let at = start; at < source.length; at++) {
    const char = source[at];
    if (char === '"' || char === "'") {
      const end = source.indexOf(char, at + 1);
      if (end < 0) return source.length;
      at = end;
    } else if (char === '>') return at + 1;
  }
  return source.length;
}

const tagStart = /<(\/?)([A-Za-z][\w.-]*)/y;

/**
 * Gives tags of a template another name, and leaves everything else as it is, to the byte: text, comments, expressions,
 * quoted values and the code in `<wxs>`.
 */
export function renameTags(source: string, rename: (tag: MetTag) => string): string {
  let out = '';
  let copied = 0;
  let line = 1;
  let counted = 0;
  const lineAt = (at: number): number => {
    for (; counted < at; counted++) if (source.charCodeAt(counted) === 10) line++;
    return line;
  };
  for (let at = 0; at < source.length; ) {
    if (source.startsWith('{{', at)) at = behind(source, at, '}}');
    else if (source.startsWith('<!--', at)) at = behind(source, at, '-->');
    else {
      tagStart.lastIndex = at;
      const match = tagStart.exec(source);
      if (match === null) {
        at++;
        continue;
      }
      const [whole, slash = '', name = ''] = match;
      out += `${source.slice(copied, at)}<${slash}${rename({ name, line: lineAt(at) })}`;
      copied = at + whole.length;
      at = endOfTag(source, copied);
      const opensScript = name === 'wxs' && slash === '' && source[at - 2] !== '/';
      if (opensScript) {
        const end = source.indexOf('</wxs', at);
        at = end < 0 ? source.length : end;
      }
    }
  }
  return out + source.slice(copied);
}
