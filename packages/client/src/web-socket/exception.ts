const legacyCodes = { InvalidStateError: 11, SyntaxError: 12, NotSupportedError: 9, InvalidAccessError: 15 } as const;

/** The names of the exceptions that {@link WebSocketException} stands for. */
export type WebSocketExceptionName = keyof typeof legacyCodes;

/**
 * What the class throws where the standard says DOMException: the same `name` and legacy `code` number.
 * Mini programs have no DOMException, and a class that threw two different things on two hosts would be worse than one.
 */
export class WebSocketException extends Error {
  readonly code: number;

  constructor(name: WebSocketExceptionName, message: string) {
    super(message);
    Object.setPrototypeOf(this, WebSocketException.prototype);
    this.name = name;
    this.code = legacyCodes[name];
  }
}
