import type { ProgramProblem } from './compiled-program.ts';

/** What the compiler of templates finds. Lines and columns are from 0. */
export interface TemplateWarning {
  readonly isError?: boolean;
  readonly message: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

function offsetOf(source: string, line: number, column: number): number {
  let start = 0;
  for (let passed = 0; passed < line; passed++) start = source.indexOf('\n', start) + 1;
  return start + column;
}

const openTagAtEnd = /<([A-Za-z][\w-]*)(?:"[^"]*"|'[^']*'|[^"'<>])*>$/;
const commentsOnly = /^(?:\s|<!--[\s\S]*?-->)*$/;

/**
 * What is said about a warning of the compiler; nothing when a phone makes nothing of it either. It refuses what stands in
 * tags that hold nothing, but the template is good without.
 */
export function problemOf(warning: TemplateWarning, source: string, file: string): ProgramProblem | undefined {
  const { isError, message, startLine, startColumn, endLine, endColumn } = warning;
  const place = { file, line: startLine + 1 };
  if (!message.startsWith('child nodes')) return { level: isError ? 'error' : 'warning', text: message, ...place };
  const start = offsetOf(source, startLine, startColumn);
  if (commentsOnly.test(source.slice(start, offsetOf(source, endLine, endColumn)))) return undefined;
  const tag = openTagAtEnd.exec(source.slice(0, start))?.[1];
  const text =
    tag === 'slot'
      ? 'What stands in a <slot> is not shown, here and on a phone: WeChat has no default content. A style can bring one: .around-the-slot:empty + .instead'
      : `What stands in a ${tag === undefined ? 'tag of this kind' : `<${tag}>`} is not shown, here and on a phone`;
  return { level: 'warning', text, ...place };
}
