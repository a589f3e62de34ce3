// Makes closures of classes, for mini programs: what a class calls `private` becomes variables and functions of its
// constructor, which cost one letter each where `this.member` costs a word, and which terser can follow, join and inline.
//
//     class Counter { private n = 0; add() { return ++this.n; } }
//     function Counter() { var n = 0, self = { add: function () { return ++n; } }; return self; }
//
// Done only where nobody can see the difference: a class of the bundle's own that neither extends nor is extended, has no
// static members, is not exported, and whose members are all named (`this[name]` could be any of them).
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const { factory } = ts;

/** What the sources say of a class's members. @typedef {{ hidden: Set<string>, fixed: Set<string> }} Members */

/**
 * The members of each class that are `private`, and those that are `readonly` or methods, by the names of the classes.
 * @param {readonly string[]} files of TypeScript
 * @returns {Map<string, Members>}
 */
export function membersOfClasses(files) {
  /** @type {Map<string, Members>} */
  const found = new Map();
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isClassDeclaration(node) && node.name !== undefined) {
      const hidden = new Set();
      const fixed = new Set();
      for (const member of node.members) {
        if (member.name === undefined || !ts.isIdentifier(member.name)) continue;
        const flags = ts.getCombinedModifierFlags(member);
        if (flags & ts.ModifierFlags.Private) hidden.add(member.name.text);
        if (flags & ts.ModifierFlags.Readonly || ts.isMethodDeclaration(member)) fixed.add(member.name.text);
      }
      // Two of one name: neither is touched.
      found.set(
        node.name.text,
        found.has(node.name.text) ? { hidden: new Set(), fixed: new Set() } : { hidden, fixed },
      );
    }
    ts.forEachChild(node, visit);
  };
  for (const file of files) visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  return found;
}

/** @param {ts.Node} node @returns {node is ts.PropertyAccessExpression} */
function isOfThis(node) {
  return ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword;
}

/** Whether `this` in a node is another than around it. @param {ts.Node} node */
function hasOwnThis(node) {
  return (
    ts.isFunctionExpression(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isAccessor(node) ||
    ts.isClassLike(node)
  );
}

/** Calls `found` with each node that has the `this` of `root`. @param {ts.Node} root @param {(node: ts.Node) => void} found */
function walk(root, found) {
  ts.forEachChild(root, (node) => {
    if (hasOwnThis(node)) return;
    found(node);
    walk(node, found);
  });
}

/** Whether a name is a reference to a variable. @param {ts.Identifier} node */
export function isReference(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isMethodDeclaration(parent) || ts.isAccessor(parent)) return false;
  if (ts.isBindingElement(parent)) return parent.propertyName !== node;
  return !ts.isLabeledStatement(parent) && !ts.isBreakOrContinueStatement(parent);
}

/** How often a name is declared in a scope, at any depth. @param {ts.Node} scope @param {string} name */
function declarationsOf(scope, name) {
  let count = 0;
  /** @param {ts.Node} node */
  const visit = (node) => {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isFunctionExpression(node);
    if (declares && node.name !== undefined && ts.isIdentifier(node.name) && node.name.text === name) count++;
    ts.forEachChild(node, visit);
  };
  visit(scope);
  return count;
}

/** The elements of `const { a, b: c } = this`. @param {ts.Node} node @returns {readonly ts.BindingElement[] | undefined} */
function takenFromThis(node) {
  if (!ts.isVariableDeclaration(node) || node.initializer?.kind !== ts.SyntaxKind.ThisKeyword) return undefined;
  return ts.isObjectBindingPattern(node.name) ? [...node.name.elements] : undefined;
}

/** Whether everything that a class does with `this` is understood. @param {ts.ClassLikeDeclaration} node */
export function isClosable(node) {
  let closable = true;
  for (const member of node.members) {
    walk(member, (inner) => {
      if (ts.isReturnStatement(inner) && ts.isConstructorDeclaration(member) && within(inner, member)) closable = false;
      if (ts.isMetaProperty(inner)) closable = false;
      if (inner.kind !== ts.SyntaxKind.ThisKeyword) return;
      const { parent } = inner;
      if (ts.isElementAccessExpression(parent) && parent.expression === inner) closable = false;
      const taken = ts.isVariableDeclaration(parent) ? takenFromThis(parent) : undefined;
      if (ts.isVariableDeclaration(parent) && taken === undefined && ts.isObjectBindingPattern(parent.name))
        closable = false;
      if (taken?.some((one) => !ts.isIdentifier(one.name) || one.initializer || one.dotDotDotToken)) closable = false;
    });
  }
  return closable;
}

/** Whether a statement stands in a function itself, in none within. @param {ts.Node} inner @param {ts.Node} outer */
function within(inner, outer) {
  let node = inner.parent;
  while (node !== outer && !ts.isFunctionLike(node)) node = node.parent;
  return node === outer;
}

/**
 * @param {string} name @param {ts.ClassLikeDeclaration} node @param {Members} members @returns {ts.Statement[]}
 */
export function closureOf(name, node, { hidden, fixed }) {
  const made = node.members.find(ts.isConstructorDeclaration);
  const own = node.members.filter((member) => ts.isMethodDeclaration(member) || ts.isAccessor(member));
  const methods = new Set(own.filter(ts.isMethodDeclaration).map((member) => member.name.getText()));
  const accessors = new Set(own.filter(ts.isAccessor).map((member) => member.name.getText()));
  const self = factory.createIdentifier(`self$${name}`);
  /** @param {string} member */
  const local = (member) => factory.createIdentifier(`${member}$${name}`);
  /** @type {Map<string, number>} */
  const writes = new Map();
  /** @type {Set<string>} */
  const called = new Set();
  for (const member of node.members) {
    walk(member, (inner) => {
      if (!isOfThis(inner)) return;
      const { text } = /** @type {ts.Identifier} */ (inner.name);
      if (methods.has(text)) called.add(text);
      if (isWritten(inner)) writes.set(text, (writes.get(text) ?? 0) + 1);
    });
  }
  // What is a variable: all that is private, methods that are called from within, and what is set once, by the constructor.
  const setOnce = new Set();
  for (const statement of flat(made?.body?.statements ?? [])) {
    const field = assignedField(statement);
    if (field && writes.get(field.name) === 1 && (hidden.has(field.name) || fixed.has(field.name)))
      setOnce.add(field.name);
  }
  /** @param {string} member */
  const isLocal = (member) =>
    !accessors.has(member) && (hidden.has(member) || called.has(member) || setOnce.has(member));
  /** @param {string} member */
  const isConstant = (member) => isLocal(member) && (methods.has(member) || setOnce.has(member));
  /** @param {string} member */
  const access = (member) => (isLocal(member) ? local(member) : factory.createPropertyAccessExpression(self, member));

  /** @param {ts.Node} root @param {ReadonlyMap<string, ts.Identifier>} [given] */
  const rewrite = (root, given = new Map()) => {
    /** @param {ReadonlyMap<string, ts.Identifier>} renamed @param {boolean} isOurs @returns {(node: ts.Node) => any} */
    const visitor = (renamed, isOurs) => (/** @type {ts.Node} */ current) => {
      let names = renamed;
      const ours = isOurs && !hasOwnThis(current);
      if (isOurs && (ts.isBlock(current) || ts.isSourceFile(current))) names = namesOf(current, renamed);
      const next = visitor(names, ours);
      if (ts.isIdentifier(current) && isReference(current)) return names.get(current.text) ?? current;
      if (ts.isShorthandPropertyAssignment(current)) {
        const other = names.get(current.name.text);
        return other === undefined ? current : factory.createPropertyAssignment(current.name.text, other);
      }
      if (isOurs && isOfThis(current)) return access(/** @type {ts.Identifier} */ (current.name).text);
      if (isOurs && current.kind === ts.SyntaxKind.ThisKeyword) return self;
      if (isOurs && ts.isVariableDeclarationList(current)) {
        const declarations = current.declarations.flatMap((one) => {
          const taken = takenFromThis(one);
          if (taken === undefined) return [ts.visitEachChild(one, next, undefined)];
          return taken.flatMap((element) => {
            const to = /** @type {ts.Identifier} */ (element.name);
            if (names.has(to.text) && names.get(to.text)?.text === `${memberOf(element)}$${name}`) return [];
            return [factory.createVariableDeclaration(to.text, undefined, undefined, access(memberOf(element)))];
          });
        });
        return factory.createVariableDeclarationList(declarations, current.flags);
      }
      const done = ts.visitEachChild(current, next, undefined);
      if (ts.isVariableStatement(done) && done.declarationList.declarations.length === 0)
        return factory.createEmptyStatement();
      return done;
    };
    return visitor(given, true)(root);
  };
  /** @param {ts.BindingElement} element */
  const memberOf = ({ propertyName, name: bound }) => /** @type {ts.Identifier} */ (propertyName ?? bound).text;
  /** Names in a block that only stand for members which never change. @param {ts.Block | ts.SourceFile} block @param {ReadonlyMap<string, ts.Identifier>} outer */
  const namesOf = (block, outer) => {
    const names = new Map(outer);
    for (const statement of block.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      for (const one of statement.declarationList.declarations) {
        for (const element of takenFromThis(one) ?? []) {
          const { text } = /** @type {ts.Identifier} */ (element.name);
          if (isConstant(memberOf(element)) && declarationsOf(block, text) === 1)
            names.set(text, local(memberOf(element)));
        }
      }
    }
    return names;
  };

  // ---- the constructor
  /** @type {Map<string, ts.Identifier>} */
  const parameters = new Map();
  /** @type {ts.Statement[]} */
  const body = [];
  /** @type {Set<string>} */
  const declared = new Set();
  /** @type {ts.ObjectLiteralElementLike[]} */
  const visible = [];
  const statements = flat(made?.body?.statements ?? []);
  for (const statement of statements) {
    const field = assignedField(statement);
    if (field === undefined || !setOnce.has(field.name) || !ts.isIdentifier(field.value)) continue;
    const { text } = field.value;
    const isParameter = made?.parameters.some(({ name: one }) => ts.isIdentifier(one) && one.text === text);
    if (
      isParameter &&
      !parameters.has(text) &&
      made?.body &&
      declarationsOf(made.body, text) === 0 &&
      !isAssigned(made.body, text)
    )
      parameters.set(text, local(field.name));
  }
  for (const statement of statements) {
    const field = assignedField(statement);
    if (field === undefined || !isLocal(field.name)) {
      const done = rewrite(statement, parameters);
      body.push(ts.isStatement(statement) ? done : factory.createExpressionStatement(done));
    } else {
      const isParameter =
        ts.isIdentifier(field.value) && parameters.get(field.value.text)?.text === `${field.name}$${name}`;
      const isFirst = !declared.has(field.name);
      declared.add(field.name);
      if (!isParameter) {
        const value = rewrite(field.value, parameters);
        body.push(isFirst ? variable(local(field.name), value) : assignment(local(field.name), value));
      }
      if (!hidden.has(field.name)) {
        body.push(assignment(factory.createPropertyAccessExpression(self, field.name), local(field.name)));
      }
    }
  }
  /** @type {ts.Statement[]} */
  const functions = [];
  for (const member of own) {
    const text = member.name.getText();
    const { body: block } = member;
    if (block === undefined) throw new Error(`${name}.${text} has no body.`);
    const parametersOf = member.parameters.map((one) => rewrite(one));
    if (ts.isMethodDeclaration(member) && isLocal(text)) {
      functions.push(
        factory.createFunctionDeclaration(
          undefined,
          undefined,
          local(text),
          undefined,
          parametersOf,
          undefined,
          rewrite(block),
        ),
      );
      if (!hidden.has(text)) visible.push(factory.createPropertyAssignment(text, local(text)));
    } else if (ts.isMethodDeclaration(member)) {
      visible.push(
        factory.createMethodDeclaration(
          undefined,
          undefined,
          text,
          undefined,
          undefined,
          parametersOf,
          undefined,
          rewrite(block),
        ),
      );
    } else if (ts.isGetAccessor(member)) {
      visible.push(factory.createGetAccessorDeclaration(undefined, text, [], undefined, rewrite(block)));
    } else visible.push(factory.createSetAccessorDeclaration(undefined, text, parametersOf, rewrite(block)));
  }
  const undeclared = [...hidden].filter(
    (member) => !declared.has(member) && !methods.has(member) && !accessors.has(member),
  );
  return [
    factory.createFunctionDeclaration(
      undefined,
      undefined,
      name,
      undefined,
      (made?.parameters ?? []).map((one) => rewriteParameter(one, parameters, rewrite)),
      undefined,
      factory.createBlock(
        [
          ...undeclared.map((member) => variable(local(member), undefined)),
          variable(self, factory.createObjectLiteralExpression(visible)),
          ...body,
          ...functions,
          factory.createReturnStatement(self),
        ],
        true,
      ),
    ),
  ];
}

/** @param {ts.ParameterDeclaration} one @param {ReadonlyMap<string, ts.Identifier>} renamed @param {(node: ts.Node, given: ReadonlyMap<string, ts.Identifier>) => any} rewrite */
function rewriteParameter(one, renamed, rewrite) {
  const to = ts.isIdentifier(one.name) ? renamed.get(one.name.text) : undefined;
  return to === undefined
    ? rewrite(one, renamed)
    : factory.createParameterDeclaration(
        undefined,
        undefined,
        to,
        undefined,
        undefined,
        one.initializer && rewrite(one.initializer, renamed),
      );
}

/** @param {ts.Identifier} name @param {ts.Expression | undefined} value */
function variable(name, value) {
  const declaration = factory.createVariableDeclaration(name, undefined, undefined, value);
  return factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList([declaration], ts.NodeFlags.Let),
  );
}

/** @param {ts.Expression} to @param {ts.Expression} value */
function assignment(to, value) {
  return factory.createExpressionStatement(factory.createAssignment(to, value));
}

/** Statements, with `a = 1, b = 2;` as two. @param {Iterable<ts.Statement>} statements @returns {ts.Node[]} */
function flat(statements) {
  /** @param {ts.Expression} expression @returns {ts.Node[]} */
  const parts = (expression) =>
    ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.CommaToken
      ? [...parts(expression.left), ...parts(expression.right)]
      : [expression];
  /** @type {ts.Node[]} */
  const all = [];
  for (const one of statements) all.push(...(ts.isExpressionStatement(one) ? parts(one.expression) : [one]));
  return all;
}

/** The field that a statement of a constructor sets. @param {ts.Node} statement @returns {{ name: string, value: ts.Expression } | undefined} */
function assignedField(statement) {
  const set = ts.isExpressionStatement(statement) ? statement.expression : statement;
  if (!ts.isBinaryExpression(set) || set.operatorToken.kind !== ts.SyntaxKind.EqualsToken || !isOfThis(set.left))
    return undefined;
  return { name: /** @type {ts.Identifier} */ (set.left.name).text, value: set.right };
}

/** @param {ts.Node} node */
export function isWritten(node) {
  const { parent } = node;
  if (ts.isBinaryExpression(parent) && parent.left === node) {
    const { kind } = parent.operatorToken;
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
  }
  return ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)
    ? parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken
    : ts.isDeleteExpression(parent);
}

/** @param {ts.Node} scope @param {string} name */
function isAssigned(scope, name) {
  let found = false;
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isIdentifier(node) && node.text === name && isReference(node) && isWritten(node)) found = true;
    ts.forEachChild(node, visit);
  };
  visit(scope);
  return found;
}
