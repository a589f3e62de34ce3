// Which names of members a mini-program build may shorten: those that nobody outside of the bundle can know.
//
// Reserved are: what the public declarations of any entry reach (options, messages of the wire, shapes of platforms), what
// ECMAScript has, every text in the sources (it might be used to reach a member), and what a package lists by hand: members
// of the outside world that no public type mentions.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

const builtIns = [
  Object,
  Function,
  Array,
  String,
  Number,
  Promise,
  RegExp,
  Error,
  ArrayBuffer,
  Uint8Array,
  DataView,
  Symbol,
  Math,
  JSON,
  Date,
]
  .flatMap((owner) => [owner, 'prototype' in owner ? owner.prototype : {}])
  .flatMap((owner) => Object.getOwnPropertyNames(owner));

// Of property descriptors, iterators, promises and regular expressions.
const languageNames = [
  'value',
  'done',
  'get',
  'set',
  'enumerable',
  'configurable',
  'writable',
  'next',
  'return',
  'then',
];

/** @param {ts.Node} node */
function memberName(node) {
  const isMember =
    ts.isPropertySignature(node) ||
    ts.isMethodSignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isAccessor(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isShorthandPropertyAssignment(node);
  if (isMember) return 'text' in node.name ? node.name.text : undefined;
  if (!ts.isBindingElement(node)) return undefined;
  const name = node.propertyName ?? node.name;
  return 'text' in name ? name.text : undefined;
}

/** @param {ts.Node} node */
function isPrivate(node) {
  return ts.isClassElement(node) && (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0;
}

const primitive =
  ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike | ts.TypeFlags.BigIntLike;

/** The types of these files, and of what they import. @param {readonly string[]} entries */
export function programOf(entries) {
  return ts.createProgram(entries, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ['@minihub/source'],
    allowImportingTsExtensions: true,
    noEmit: true,
    // What the language has is reserved anyhow, and its declarations are most of the work.
    noLib: true,
    types: [],
  });
}

/**
 * `a?.b` is built as `a && a.b`, so `a` must not be a text, a number or a boolean.
 * @param {ts.Program} program @param {readonly string[]} files the ones of a bundle
 */
export function forbidLooseChains(program, files) {
  const checker = program.getTypeChecker();
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isOptionalChain(node) && !ts.isNonNullChain(node) && node.questionDotToken !== undefined) {
      const type = checker.getTypeAtLocation(node.expression);
      const parts = type.isUnion() ? type.types : [type];
      if (parts.some(({ flags }) => (flags & primitive) !== 0))
        throw new Error(`\`${node.getText()}\`: in a mini program 0 and '' would come out of it.`);
    }
    ts.forEachChild(node, visit);
  };
  for (const name of files) {
    const file = program.getSourceFile(resolve(name));
    if (file !== undefined) visit(file);
  }
}

/**
 * The names of all members that the exported declarations of these files reach.
 * @param {ts.Program} program
 * @param {readonly string[]} entries
 */
export function publicNames(program, entries) {
  const checker = program.getTypeChecker();
  /** @type {Set<string>} */
  const names = new Set();
  /** @type {Set<ts.Node>} */
  const seen = new Set();
  /** @param {ts.Symbol | undefined} symbol */
  const follow = (symbol) => {
    if (symbol === undefined) return;
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    for (const declaration of target.declarations ?? []) {
      if (seen.has(declaration)) continue;
      seen.add(declaration);
      visit(declaration);
    }
  };
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isBlock(node) || isPrivate(node) || ts.getJSDocTags(node).some((tag) => tag.tagName.text === 'internal'))
      return;
    const name = ts.isBindingElement(node) ? undefined : memberName(node);
    if (name !== undefined) names.add(name);
    if (ts.isIdentifier(node)) follow(checker.getSymbolAtLocation(node));
    else if (ts.isPropertyDeclaration(node)) {
      if (node.type !== undefined) visit(node.type);
    } else if (ts.isParameter(node)) {
      if (node.type !== undefined) visit(node.type);
    } else ts.forEachChild(node, visit);
  };
  for (const entry of entries) {
    const file = program.getSourceFile(entry);
    const symbol = file && checker.getSymbolAtLocation(file);
    if (symbol !== undefined) checker.getExportsOfModule(symbol).forEach(follow);
  }
  return names;
}

/**
 * The names of members that may be shortened in a bundle of these files.
 * @param {readonly string[]} files
 * @param {Iterable<string>} reserved
 */
export function internalNames(files, reserved) {
  const kept = new Set([...builtIns, ...languageNames, ...reserved]);
  /** @type {Set<string>} */
  const declared = new Set();
  /** @param {ts.Node} node */
  const visit = (node) => {
    const name = memberName(node);
    if (name !== undefined) declared.add(name);
    if (ts.isStringLiteralLike(node) && !ts.isLiteralTypeNode(node.parent)) kept.add(node.text);
    ts.forEachChild(node, visit);
  };
  for (const file of files) visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  return [...declared].filter((name) => !kept.has(name) && /^[\w$]+$/.test(name));
}
