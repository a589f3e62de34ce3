import { readFileSync } from 'node:fs';

/** Reads a JSON object; `undefined` when there is none to read. */
export function readJson(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    // Missing, or not JSON: the tools themselves say so much louder.
    return undefined;
  }
}

/** A member that is an object, or an empty one. */
export function memberOf(
  object: Readonly<Record<string, unknown>> | undefined,
  name: string,
): Readonly<Record<string, unknown>> {
  const value = object?.[name];
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
