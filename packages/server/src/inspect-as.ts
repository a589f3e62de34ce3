import { inspect } from 'node:util';

/**
 * Makes `target` show itself in logs and consoles as `describe` says: never its tokens, never its internals.
 * (A method named by the symbol would do, were `isolatedDeclarations` able to write it into the types.)
 */
export function inspectAs(target: object, describe: () => string): void {
  Object.defineProperty(target, inspect.custom, { value: describe });
}
