/** A tag that was met, and where. */
export interface MetTag {
  readonly name: string;
  /** From 1. */
  readonly line: number;
}

/** What becomes of the parts of a template; what is left out stays as it is. */
export interface TemplateRewriting {
  /** Another name for a tag, opening and closing. */
  tag?(tag: MetTag): string;
  /** Another name for an attribute of a tag. */
  attribute?(name: string, tag: string): string;
  /** The code in a `<wxs>`. */
  script?(code: string): string;
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
const attribute = /"[^"]*"?|'[^']*'?|(?<=[\s"'])([A-Za-z][^\s"'=<>/]*)/g;

/** Gives the attributes in a tag another name: `head` is what stands between its name and its `>`. */
function renamedAttributes(head: string, tag: string, rename: NonNullable<TemplateRewriting['attribute']>): string {
  return head.replace(attribute, (text, name: string | undefined) => (name === undefined ? text : rename(name, tag)));
}

/**
 * Gives tags and attributes of a template another name, and leaves everything else as it is, to the byte: text, comments,
 * expressions, and values.
 */
export function rewriteTemplate(source: string, { tag, attribute: rename, script }: TemplateRewriting): string {
  let out = '';
  let copied = 0;
  let line = 1;
  let counted = 0;
  // How many `<text>` we are in: there, and only there, `\n` is a new line.
  let texts = 0;
  const lineAt = (at: number): number => {
    for (; counted < at; counted++) if (source.charCodeAt(counted) === 10) line++;
    return line;
  };
  for (let at = 0; at < source.length; ) {
    if (source.startsWith('{{', at)) at = behind(source, at, '}}');
    else if (source.startsWith('<!--', at)) at = behind(source, at, '-->');
    else if (texts > 0 && source.startsWith('\\n', at)) {
      out += `${source.slice(copied, at)}\n`;
      at += 2;
      copied = at;
    } else {
      tagStart.lastIndex = at;
      const match = tagStart.exec(source);
      if (match === null) {
        at++;
        continue;
      }
      const [whole, slash = '', name = ''] = match;
      out += `${source.slice(copied, at)}<${slash}${tag?.({ name, line: lineAt(at) }) ?? name}`;
      copied = at + whole.length;
      at = endOfTag(source, copied);
      if (rename !== undefined && slash === '') {
        out += renamedAttributes(source.slice(copied, at), name, rename);
        copied = at;
      }
      if (name === 'text' && source[at - 2] !== '/') texts = Math.max(0, texts + (slash === '' ? 1 : -1));
      const opensScript = name === 'wxs' && slash === '' && source[at - 2] !== '/';
      if (opensScript) {
        const end = source.indexOf('</wxs', at);
        out += source.slice(copied, at);
        copied = at;
        at = end < 0 ? source.length : end;
        if (script !== undefined) {
          out += script(source.slice(copied, at));
          copied = at;
        }
      }
    }
  }
  return out + source.slice(copied);
}
