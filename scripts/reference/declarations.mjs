import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../workspace.mjs';

/**
 * @typedef {object} Member
 * @property {string} name
 * @property {string} text what the doc comment says, without its tags
 * @property {string | undefined} defaultValue what `@defaultValue` says
 */

/** @param {string} file its path from the root */
function parse(file) {
  return ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
}

/** @param {ts.Node} node @returns {Omit<Member, 'name'>} */
function docOf(node) {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = ts.getTextOfJSDocComment(comment?.comment) ?? '';
  const tag = comment?.tags?.find(({ tagName }) => tagName.text === 'defaultValue');
  const defaultValue = ts.getTextOfJSDocComment(tag?.comment)?.trim();
  return {
    text: text
      .replace(/\{@link (\w+)\}/g, '`$1`')
      .replaceAll(/\s*\n\s*/g, ' ')
      .trim(),
    defaultValue,
  };
}

/**
 * The members of an interface, in their order, with their doc comments.
 * @param {string} file @param {string} name
 * @returns {readonly Member[]}
 */
export function membersOf(file, name) {
  const found = parse(file).statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name);
  if (found === undefined || !ts.isInterfaceDeclaration(found)) throw new Error(`${file} has no interface ${name}`);
  return found.members.filter(ts.isPropertySignature).map((member) => ({
    name: member.name.getText(),
    ...docOf(member),
  }));
}

/**
 * The constants of a file that are defaults, with the interface that they are of.
 * @param {string} file
 * @returns {ReadonlyMap<string, string | undefined>}
 */
export function defaultsIn(file) {
  /** @type {Map<string, string | undefined>} */
  const found = new Map();
  for (const statement of parse(file).statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, type } of statement.declarationList.declarations) {
      if (/^default|Defaults$/.test(name.getText())) found.set(name.getText(), type?.getText());
    }
  }
  return found;
}
