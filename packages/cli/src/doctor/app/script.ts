import { type Node, parse } from 'acorn';
import type { ScriptSeen } from './app-seen.ts';

/** A node of any kind, as far as it is looked at. */
type AnyNode = Node & { readonly [member: string]: unknown };

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** Calls back with every node of a tree. */
function walk(root: AnyNode, visit: (node: AnyNode) => void): void {
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    visit(node);
    for (const value of Object.values(node))
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) waiting.push(child);
  }
}

/** What makes a node newer than the tools' old compiler, if something does. @see mini-program.md 2.5, rule 5 */
function noveltyOf(node: AnyNode): string | undefined {
  if (node.type === 'ChainExpression') return '?.';
  if (node.type === 'LogicalExpression' && node.operator === '??') return '??';
  if (node.type === 'AssignmentExpression' && ['??=', '||=', '&&='].includes(String(node.operator)))
    return String(node.operator);
  if (node.type === 'PrivateIdentifier') return '#private';
  if (node.type === 'StaticBlock') return 'static { }';
  if (node.type === 'CatchClause' && node.param === null) return 'catch { }';
  if (node.type !== 'Literal') return undefined;
  if (typeof node.bigint === 'string') return '1n';
  return typeof node.value === 'number' && String(node.raw).includes('_') ? '1_000' : undefined;
}

function calledName({ callee }: AnyNode): string | undefined {
  if (!isNode(callee)) return undefined;
  const name = callee.type === 'MemberExpression' ? callee.property : callee;
  return isNode(name) && typeof name.name === 'string' ? name.name : undefined;
}

/** Text of a string literal, or the fixed beginning of a template. */
function textOf(node: AnyNode): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type !== 'TemplateElement') return undefined;
  const { cooked } = node.value as { cooked?: unknown };
  return typeof cooked === 'string' ? cooked : undefined;
}

const address = /^(?:https?|wss?):\/\/[^\s'"]+/i;

/** Reads a file of code as it would be read by the newest engine, and tells what an older one cannot. */
export function readScript(file: string, text: string): ScriptSeen {
  let root: AnyNode;
  const lineOf = (at: number): number => text.slice(0, at).split('\n').length;
  try {
    root = {
      ...parse(text, {
        ecmaVersion: 'latest',
        sourceType: 'module',
        allowReturnOutsideFunction: true,
        allowHashBang: true,
      }),
    };
  } catch (error) {
    return {
      file,
      error: error instanceof Error ? error.message : String(error),
      urls: [],
      opens: 0,
      closes: false,
      tooNew: [],
    };
  }
  const urls: { url: string; line: number }[] = [];
  const tooNew: { what: string; line: number }[] = [];
  let opens = 0;
  let closes = false;
  walk(root, (node) => {
    const [url] = address.exec(textOf(node) ?? '') ?? [];
    if (url !== undefined) urls.push({ url, line: lineOf(node.start) });
    const what = noveltyOf(node);
    if (what !== undefined && !tooNew.some((known) => known.what === what))
      tooNew.push({ what, line: lineOf(node.start) });
    if (node.type !== 'CallExpression') return;
    const name = calledName(node);
    if (name === 'connectSocket') opens++;
    if (name === 'close' || name === 'closeSocket') closes = true;
  });
  urls.sort((a, b) => a.line - b.line);
  return { file, urls, opens, closes, tooNew };
}

/** Why the packer of npm packages cannot read a file, if so. Its parser knows the language of 2018. @see mini-program.md 2.5, rule 4 */
export function packerError(text: string): string | undefined {
  for (const sourceType of ['module', 'script'] as const) {
    try {
      parse(text, { ecmaVersion: 2018, sourceType, allowReturnOutsideFunction: true, allowHashBang: true });
      return undefined;
    } catch (error) {
      if (sourceType === 'script') return error instanceof Error ? error.message : String(error);
    }
  }
  return undefined;
}

/** The modules that a file asks for by a relative path. */
export function relativeImports(text: string): readonly string[] {
  const found = text.matchAll(/(?:\brequire\s*\(\s*|\bfrom\s*|\bimport\s*)(['"])(\.{1,2}\/[^'"\n]+)\1/g);
  return [...found].map(([, , path = '']) => path);
}
