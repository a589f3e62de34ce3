// Writes a class of errors as a function that decorates an error, for mini programs. TypeScript's ES5 has a helper for
// classes that extend, calls the built-in as a constructor, and still needs the prototype set by hand.
//
//     class CodedError extends Error { constructor(code) { super('…'); Object.setPrototypeOf(this, new.target.prototype); … } }
//     function CodedError(code) { var self = Error('…'); Object.setPrototypeOf(self, CodedError.prototype); … return self; }
//
// Done for a class of the bundle's own that directly extends `Error`, is neither extended nor exported, sets the prototype
// itself, and has nothing but a constructor and static methods. A parameter that nobody passes is `undefined`.
import ts from 'typescript';
import { isReference } from './miniprogram-closures.mjs';

const { factory } = ts;

/** @param {ts.ClassLikeDeclaration} node @returns {ts.ConstructorDeclaration | undefined} */
function constructorOf(node) {
  const [clause, ...more] = node.heritageClauses ?? [];
  if (clause === undefined || more.length > 0 || clause.types[0]?.expression.getText() !== 'Error') return undefined;
  const made = node.members.find(ts.isConstructorDeclaration);
  const others = node.members.filter((member) => member !== made);
  const areStatic = others.every(
    (member) => ts.isMethodDeclaration(member) && ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static,
  );
  const [first, second] = made?.body?.statements ?? [];
  const calls = first !== undefined && ts.isExpressionStatement(first) && /^super\(/.test(first.getText());
  // esbuild may have joined the two.
  const sets = /Object\.setPrototypeOf\(this, new\.target\.prototype\)/.test(`${first?.getText()}${second?.getText()}`);
  return areStatic && calls && sets ? made : undefined;
}

/** The most arguments that a class is constructed with. @param {ts.SourceFile} file @param {string} name */
function argumentsPassed(file, name) {
  let most = 0;
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === name) {
      most = Math.max(most, node.arguments?.some(ts.isSpreadElement) ? Infinity : (node.arguments?.length ?? 0));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return most;
}

/**
 * @param {ts.SourceFile} file @param {string} name @param {ts.ClassLikeDeclaration} node
 * @returns {ts.Statement[] | undefined} nothing when the class is of another kind
 */
export function errorFunction(file, name, node) {
  const made = constructorOf(node);
  if (made?.body === undefined) return undefined;
  const self = factory.createIdentifier(`self$${name}`);
  const own = factory.createIdentifier(name);
  const passed = argumentsPassed(file, name);
  const missing = made.parameters.slice(passed).filter((one) => one.initializer === undefined);
  const missingNames = new Set(missing.map((one) => one.name.getText()));
  /** @param {ts.Node} current @returns {ts.Node} */
  const visit = (current) => {
    if (current.kind === ts.SyntaxKind.ThisKeyword) return self;
    if (ts.isMetaProperty(current)) return own;
    if (ts.isIdentifier(current) && missingNames.has(current.text) && isReference(current)) {
      return factory.createParenthesizedExpression(factory.createVoidZero());
    }
    if (ts.isCallExpression(current) && current.expression.kind === ts.SyntaxKind.SuperKeyword) {
      return factory.createAssignment(
        self,
        factory.createCallExpression(factory.createIdentifier('Error'), undefined, current.arguments),
      );
    }
    return ts.visitEachChild(current, visit, undefined);
  };
  const declaration = factory.createVariableDeclarationList([factory.createVariableDeclaration(self)]);
  const statements = [
    factory.createVariableStatement(undefined, declaration),
    .../** @type {ts.Statement[]} */ (made.body.statements.map(visit)),
    factory.createReturnStatement(self),
  ];
  return [
    factory.createFunctionDeclaration(
      undefined,
      undefined,
      name,
      undefined,
      made.parameters.filter((one) => !missing.includes(one)),
      undefined,
      factory.createBlock(statements),
    ),
    ...after(name),
    ...node.members.filter(ts.isMethodDeclaration).map((member) => {
      const method = factory.createFunctionExpression(
        undefined,
        undefined,
        undefined,
        undefined,
        member.parameters,
        undefined,
        member.body ?? factory.createBlock([]),
      );
      const place = factory.createPropertyAccessExpression(own, member.name.getText());
      return factory.createExpressionStatement(factory.createAssignment(place, method));
    }),
  ];
}

/** Its prototype keeps its `constructor`. @param {string} name @returns {readonly ts.Statement[]} */
function after(name) {
  const text = `Object.setPrototypeOf(${name}.prototype, Error.prototype);`;
  return ts.createSourceFile('after.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS).statements;
}
