import { HostException } from './host-class.ts';

const legacyCodes = { InvalidStateError: 11, SyntaxError: 12, NotSupportedError: 9, InvalidAccessError: 15 } as const;

/**
 * What the class throws where the standard says DOMException: the host's, or where there is none (mini programs) an Error of
 * the same `name` and legacy `code`.
 */
export function createException(name: keyof typeof legacyCodes, message: string): Error {
  if (HostException !== undefined) return new HostException(message, name);
  const error = new Error(message) as Error & { code: number };
  error.name = name;
  error.code = legacyCodes[name];
  return error;
}
