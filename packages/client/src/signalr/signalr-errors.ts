import { MinihubError } from '@minihub/protocol';
import { type ClientErrorCode, clientError } from '../errors.ts';

/** An error with the code of this package; Microsoft's client has none. */
interface Coded {
  readonly code?: ClientErrorCode;
}

/** An HTTP request was answered with an error. */
export class HttpError extends Error implements Coded {
  readonly statusCode: number;
  readonly code?: ClientErrorCode;

  constructor(errorMessage: string, statusCode: number) {
    super(`${errorMessage}: Status code '${statusCode}'`);
    Object.setPrototypeOf(this, HttpError.prototype);
    this.name = 'HttpError';
    this.statusCode = statusCode;
  }
}

/** Something took too long. */
export class TimeoutError extends Error implements Coded {
  readonly code?: ClientErrorCode;

  constructor(errorMessage: string = 'A timeout occurred.') {
    super(errorMessage);
    Object.setPrototypeOf(this, TimeoutError.prototype);
    this.name = 'TimeoutError';
  }
}

/** `stop()` was called in the middle of it. */
export class AbortError extends Error implements Coded {
  readonly code?: ClientErrorCode;

  constructor(errorMessage: string = 'An abort occurred.') {
    super(errorMessage);
    Object.setPrototypeOf(this, AbortError.prototype);
    this.name = 'AbortError';
  }
}

/** Microsoft's words, where code may look for them. */
const texts: { readonly [code: string]: string | undefined } = {
  MH_CLIENT_CONNECTION_LOST: 'Invocation canceled due to the underlying connection being closed.',
  MH_CLIENT_NOT_CONNECTED: "Cannot send data if the connection is not in the 'Connected' State.",
  MH_CLIENT_SILENT: 'Server timeout elapsed without receiving a message from the server.',
};

/** The error of a call, in the words of Microsoft's client. */
export function toCallError(error: Error): Error {
  const { code } = error as Coded;
  const text = code && texts[code];
  return code && text ? clientError(code, text) : error;
}

/** Rejects as Microsoft's client rejects a call. */
export function rejectCall(error: Error): Promise<never> {
  return Promise.reject(toCallError(error));
}

/** The error that Microsoft's client would have given, with our `code` on it. */
export function toSignalRError(error: unknown): Error {
  if (!MinihubError.is(error)) return error as Error;
  const { code, message } = error;
  const status = /HTTP status (\d+)/.exec(message);
  let result = toCallError(error);
  if (status !== null) {
    result = new HttpError('Failed to complete negotiation with the server', Number(status[1]));
  } else if (code === 'MH_CLIENT_CONNECT_TIMEOUT') result = new TimeoutError(message);
  else if (code === 'MH_CLIENT_CLOSED')
    result = new AbortError('The connection was stopped before it was established.');
  if (!MinihubError.is(result)) Object.defineProperty(result, 'code', { value: code, enumerable: true });
  return result;
}
