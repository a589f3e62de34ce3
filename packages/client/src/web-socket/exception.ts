import { HostException } from './host-class.ts';

/** The names of DOMExceptions that are thrown here, with their legacy codes. */
export const Exception = {
  NotSupportedError: 9,
  InvalidStateError: 11,
  SyntaxError: 12,
  InvalidAccessError: 15,
} as const;

type ExceptionCode = (typeof Exception)[keyof typeof Exception];

const names: { readonly [code in ExceptionCode]: keyof typeof Exception } = {
  9: 'NotSupportedError',
  11: 'InvalidStateError',
  12: 'SyntaxError',
  15: 'InvalidAccessError',
};

/**
 * Throws where the standard says DOMException: the host's, or where there is none (mini programs) an Error of the same
 * `name` and legacy `code`.
 */
export function throwException(code: ExceptionCode, message: string): never {
  const name = names[code];
  throw HostException === undefined
    ? Object.assign(new Error(message), { name, code })
    : new HostException(message, name);
}
