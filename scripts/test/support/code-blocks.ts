/** A fenced block of a Markdown page. */
export interface CodeBlock {
  readonly page: string;
  /** The line of its first line of code, from 1. */
  readonly line: number;
  /** What is said behind the fence: `ts`, `sh`; empty when nothing is. */
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, also those within lists, whose indentation is taken away. */
export function codeBlocksOf(page: string, markdown: string): CodeBlock[] {
  const found: CodeBlock[] = [];
  let open:
    | { readonly fence: string; readonly indent: string; readonly language: string; readonly line: number }
    | undefined;
  let lines: string[] = [];
  markdown.split('\n').forEach((content, index) => {
    const [, indent = '', fence = '', language = ''] = /^(\s*)(```+|~~~+)\s*(\S*)/.exec(content) ?? [];
    if (open === undefined) {
      if (fence !== '') open = { fence, indent, language, line: index + 2 };
      return;
    }
    if (fence.startsWith(open.fence) && language === '') {
      found.push({ page, line: open.line, language: open.language, text: lines.join('\n') });
      open = undefined;
      lines = [];
    } else lines.push(content.startsWith(open.indent) ? content.slice(open.indent.length) : content.trimStart());
  });
  return found;
}
