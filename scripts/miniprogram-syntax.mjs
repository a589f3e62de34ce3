// Writes some things as ES5 in the shortest way, before TypeScript does the rest.
//
// A class: a function, and its prototype as one object. TypeScript writes a property at a time, and `Object.defineProperty`
// for each getter, although ES5 has getters in objects. Done only where nobody can see the difference: a class of the
// bundle's own that neither extends nor is extended, has no static members and is not exported. (Methods become enumerable,
// and `constructor` is not there.) Where the sources say what is private, it becomes a closure: `miniprogram-closures.mjs`.
// An optional chain that begins with a name: `a && a.b`. Of texts and numbers, 0 and '' would come out of it as they are:
// `forbidLooseChains` of `miniprogram-names.mjs` refuses these.
// A template: a sum of texts. TypeScript writes `"".concat(…)`.
// A table of numbers (`MessageType`): the number itself wherever a member is named.
import ts from 'typescript';
import { closureOf, isClosable, isReference, isWritten } from './miniprogram-closures.mjs';
import { errorFunction } from './miniprogram-errors.mjs';

const { factory } = ts;

/**
 * @param {string} source one bundle, as an ES module
 * @param {ReadonlyMap<string, import('./miniprogram-closures.mjs').Members>} [classes] what the sources say of classes
 * @returns {string}
 */
export function shortSyntax(source, classes = new Map()) {
  const file = parse(inlineNumbers(source));
  const visible = visibleNames(file);
  /** @param {ts.Statement} statement */
  const lower = (statement) => {
    const [name, node] = classOf(statement);
    if (name === undefined || node === undefined || visible.has(name)) return [statement];
    if (!isPlain(node)) return errorFunction(file, name, node) ?? [statement];
    const members = classes.get(name);
    if (members === undefined || !isClosable(node)) return lowered(name, node);
    closed.add(name);
    return closureOf(name, node, members);
  };
  /** @type {Set<string>} */
  const closed = new Set();
  const statements = file.statements.flatMap(split).flatMap(lower);
  const { transformed } = ts.transform(factory.updateSourceFile(file, statements), [
    shortExpressions(numberTables(file), closed),
  ]);
  const text = ts.createPrinter().printFile(/** @type {ts.SourceFile} */ (transformed[0]));
  return text.includes('__assign(') ? `var __assign = Object.assign;\n${text}` : text;
}

/**
 * @param {ReadonlyMap<string, ReadonlyMap<string, ts.Expression>>} tables
 * @param {ReadonlySet<string>} closed
 * @returns {ts.TransformerFactory<ts.SourceFile>}
 */
const shortExpressions = (tables, closed) => (context) => {
  /** @param {ts.Node} node @returns {ts.Node} */
  const visit = (node) => {
    const chain = guardOf(node);
    if (chain !== undefined) return visit(chain);
    const seen = ts.visitEachChild(node, visit, context);
    if (ts.isTemplateExpression(seen)) return toSum(seen);
    if (ts.isObjectLiteralExpression(seen) && seen.properties.some(ts.isSpreadAssignment)) return toAssign(seen);
    if (ts.isNewExpression(seen) && ts.isIdentifier(seen.expression) && closed.has(seen.expression.text)) {
      return factory.createCallExpression(seen.expression, undefined, seen.arguments);
    }
    if (ts.isComputedPropertyName(seen) && ts.isNumericLiteral(seen.expression)) return seen.expression;
    if (!ts.isPropertyAccessExpression(seen) || !ts.isIdentifier(seen.expression)) return seen;
    return tables.get(seen.expression.text)?.get(seen.name.text) ?? seen;
  };
  return (file) => /** @type {ts.SourceFile} */ (visit(file));
};

/** Whether reading an expression twice is the same as once: a name, or a member of one. @param {ts.Node} node @returns {boolean} */
function isPath(node) {
  if (ts.isIdentifier(node) || node.kind === ts.SyntaxKind.ThisKeyword) return true;
  return ts.isPropertyAccessExpression(node) && !ts.isOptionalChain(node) && isPath(node.expression);
}

/** `a && a.b` for `a?.b`, where `a` is a name. @param {ts.Node} node */
function guardOf(node) {
  if (!ts.isOptionalChain(node)) return undefined;
  /** @type {ts.Expression | undefined} */
  let root;
  /** @param {ts.Node} link @returns {any} */
  const plain = (link) => {
    if (!ts.isOptionalChain(link) || ts.isNonNullChain(link)) return link;
    const { expression } = link;
    const first = link.questionDotToken !== undefined;
    if (first && !isPath(expression)) return undefined;
    if (first) root = expression;
    const inner = first ? expression : plain(expression);
    if (inner === undefined) return undefined;
    if (ts.isPropertyAccessExpression(link)) return factory.createPropertyAccessExpression(inner, link.name);
    if (ts.isElementAccessExpression(link))
      return factory.createElementAccessExpression(inner, link.argumentExpression);
    return factory.createCallExpression(inner, undefined, /** @type {ts.CallExpression} */ (link).arguments);
  };
  const found = plain(node);
  return found && root && factory.createParenthesizedExpression(factory.createLogicalAnd(root, found));
}

/** The tables of numbers by name. esbuild gives each top-level name once. @param {ts.SourceFile} file */
function numberTables(file) {
  /** @type {Map<string, Map<string, ts.Expression>>} */
  const tables = new Map();
  const declarations = file.statements
    .filter(ts.isVariableStatement)
    .flatMap((s) => [...s.declarationList.declarations]);
  for (const { name, initializer } of declarations) {
    if (!ts.isIdentifier(name) || initializer === undefined || !ts.isObjectLiteralExpression(initializer)) continue;
    /** @type {Map<string, ts.Expression>} */
    const members = new Map();
    for (const member of initializer.properties) {
      if (!ts.isPropertyAssignment(member) || !ts.isIdentifier(member.name)) continue;
      if (ts.isNumericLiteral(member.initializer)) members.set(member.name.text, member.initializer);
    }
    if (members.size > 0 && members.size === initializer.properties.length) tables.set(name.text, members);
  }
  return tables;
}

/**
 * Writes numbers in the place of top-level variables that stand for one, and are never written: terser does not, where a
 * function stands before the variable. esbuild gives each top-level name once.
 * @param {string} source
 */
function inlineNumbers(source) {
  const file = parse(source);
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const statement of file.statements.filter(ts.isVariableStatement)) {
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!ts.isIdentifier(name) || !initializer || !ts.isNumericLiteral(initializer)) continue;
      found.set(name.text, initializer.getText(file));
    }
  }
  /** @type {ts.Identifier[]} */
  const uses = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isIdentifier(node) && found.has(node.text) && isReference(node)) {
      if (isWritten(node) || ts.isShorthandPropertyAssignment(node.parent) || ts.isExportSpecifier(node.parent)) {
        found.delete(node.text);
      } else if (!ts.isVariableDeclaration(node.parent) || node.parent.initializer === node) uses.push(node);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  let text = '';
  let at = 0;
  for (const use of uses) {
    const number = found.get(use.text);
    if (number === undefined) continue;
    text += source.slice(at, use.getStart(file)) + number;
    at = use.end;
  }
  return text + source.slice(at);
}

/** @param {string} source */
function parse(source) {
  return ts.createSourceFile('bundle.js', source, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
}

/** @param {ts.ObjectLiteralExpression} literal `{ ...a, b }` @returns {ts.Expression} one call of `Object.assign` */
function toAssign({ properties }) {
  /** @type {ts.Expression[]} */
  const parts = [];
  /** @type {ts.ObjectLiteralElementLike[]} */
  let members = [];
  const flush = () => {
    // The first one is what is assigned to, so it must be new.
    if (members.length > 0 || parts.length === 0) parts.push(factory.createObjectLiteralExpression(members));
    members = [];
  };
  for (const property of properties) {
    if (ts.isSpreadAssignment(property)) {
      flush();
      parts.push(property.expression);
    } else members.push(property);
  }
  if (members.length > 0) flush();
  return factory.createCallExpression(factory.createIdentifier('__assign'), undefined, parts);
}

/** @param {ts.TemplateExpression} template */
function toSum({ head, templateSpans }) {
  /** @type {ts.Expression[]} */
  const terms = templateSpans.flatMap(({ expression, literal }) => [
    factory.createParenthesizedExpression(expression),
    ...(literal.text === '' ? [] : [factory.createStringLiteral(literal.text)]),
  ]);
  // One of the first two terms is a text, so that all are added as texts.
  const isSum = head.text !== '' || templateSpans[0]?.literal.text !== '';
  const first = isSum && head.text === '' ? [] : [factory.createStringLiteral(head.text)];
  return factory.createParenthesizedExpression(
    [...first, ...terms].reduce((sum, term) => factory.createAdd(sum, term)),
  );
}

/** esbuild joins declarations. @param {ts.Statement} statement @returns {ts.Statement[]} */
function split(statement) {
  if (!ts.isVariableStatement(statement)) return [statement];
  const { declarations, flags } = statement.declarationList;
  return declarations.map((one) =>
    factory.createVariableStatement(undefined, factory.createVariableDeclarationList([one], flags)),
  );
}

/** @param {ts.Statement} statement @returns {[string | undefined, ts.ClassLikeDeclaration | undefined]} */
function classOf(statement) {
  if (ts.isClassDeclaration(statement)) return [statement.name?.text, statement];
  const declaration = ts.isVariableStatement(statement) ? statement.declarationList.declarations[0] : undefined;
  const value = declaration?.initializer;
  if (declaration && value && ts.isClassExpression(value) && ts.isIdentifier(declaration.name)) {
    return [declaration.name.text, value.name === undefined ? value : undefined];
  }
  return [undefined, undefined];
}

/** Names that are exported or extended. @param {ts.SourceFile} file */
function visibleNames(file) {
  /** @type {Set<string>} */
  const names = new Set();
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isExportSpecifier(node)) names.add((node.propertyName ?? node.name).text);
    if (ts.isHeritageClause(node)) for (const { expression } of node.types) names.add(expression.getText(file));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

/** @param {ts.ClassLikeDeclaration} node */
function isPlain(node) {
  return (
    node.heritageClauses === undefined &&
    node.members.every(
      (member) =>
        ts.isConstructorDeclaration(member) ||
        ((ts.isMethodDeclaration(member) || ts.isAccessor(member)) &&
          ts.isIdentifier(member.name) &&
          ts.getCombinedModifierFlags(member) === 0),
    )
  );
}

/** @param {string} name @param {ts.ClassLikeDeclaration} node */
function lowered(name, node) {
  const made = node.members.find(ts.isConstructorDeclaration);
  const members = node.members.filter((member) => !ts.isConstructorDeclaration(member));
  return [
    factory.createFunctionDeclaration(
      undefined,
      undefined,
      name,
      undefined,
      made?.parameters ?? [],
      undefined,
      made?.body ?? factory.createBlock([]),
    ),
    factory.createExpressionStatement(
      factory.createAssignment(
        factory.createPropertyAccessExpression(factory.createIdentifier(name), 'prototype'),
        factory.createObjectLiteralExpression(/** @type {ts.ObjectLiteralElementLike[]} */ (members)),
      ),
    ),
  ];
}
