import { MinihubError } from '@minihub/protocol';

/** Every error code of `@minihub/server`, with what it means. A retired code stays listed and is never used again. */
export const serverErrorCodes = {
  MH_SERVER_HUB_ERROR: 'Thrown by a hub method on purpose (HubError); its message is sent to the caller.',
  MH_SERVER_INVALID_OPTION: 'An option has a value that it cannot have.',
  MH_SERVER_INVALID_HUB: 'A hub definition is wrong: two methods of one name, a reserved name, not a definition.',
  MH_SERVER_PATH_TAKEN: 'Another endpoint is mapped at that path.',
  MH_SERVER_UNKNOWN_HUB: 'The hub is not mapped on this server.',
  MH_SERVER_CLOSED: 'The server is closing or closed.',
  MH_SERVER_UNAUTHORIZED: 'Thrown by `authenticate`: the request is answered with 401.',
  MH_SERVER_FORBIDDEN: 'Thrown by `authenticate`: the request is answered with 403.',
  MH_SERVER_UNAVAILABLE:
    'Thrown by `authenticate` when it cannot find out, or made when it takes too long: the request is answered with 503.',
  MH_SERVER_CONNECTION_NOT_FOUND: 'There is no connection with that id.',
  MH_SERVER_CONNECTION_LOST: 'The connection ended before the answer, or before the upload was complete.',
  MH_SERVER_ASK_TIMEOUT: 'The client did not answer before the deadline.',
  MH_SERVER_ASK_CANCELED: 'The question to the client was cancelled by its signal.',
  MH_SERVER_ASK_FAILED: 'The client answered the question with an error.',
  MH_SERVER_ASK_NOT_ALLOWED: 'Clients cannot be asked from inside `connected`.',
  MH_SERVER_UPLOAD_FAILED: 'The client ended its upload with an error, or sent an item that does not fit.',
  MH_SERVER_CLIENT_TIMEOUT:
    'The client was silent for longer than `clientTimeoutMs`, or did not answer a WebSocket ping.',
  MH_SERVER_HANDSHAKE_FAILED: 'The connection ended before the handshake was complete, or the handshake was refused.',
  MH_SERVER_CLIENT_CLOSED: 'The client closed the connection and said why.',
  MH_SERVER_RATE_LIMITED: 'The client did something more often than `rateLimits` allows: it may try again later.',
  MH_SERVER_TOO_MANY_CONNECTIONS: 'A user or an address has as many connections as the server allows.',
  MH_SERVER_TOO_MANY_CALLS:
    'The client has more calls or posts under way than `maxActiveInvocations` or `maxWaitingPosts` allows.',
  MH_SERVER_SLOW_CLIENT: 'More bytes waited for the client than `maxBufferedBytes` allows.',
  MH_SERVER_HANDLER_FAILED: 'A handler of a raw endpoint threw, which ended its connection.',
  MH_SERVER_TRANSPORT: 'The transport broke.',
  MH_SERVER_INVALID_FRAME: 'The client sent a WebSocket frame that the protocol does not allow; it is told 1002.',
  MH_SERVER_INVALID_PAYLOAD:
    'The client sent a WebSocket text that is no UTF-8, or a compressed message that is broken; it is told 1007.',
  MH_SERVER_TOO_MANY_FRAGMENTS:
    'The client cut a WebSocket message into more fragments than `maxFragments` allows; it is told 1008.',
  MH_SERVER_MESSAGE_TOO_LARGE: 'The client sent a larger message than `maxMessageBytes` allows; it is told 1009.',
} as const;

/** One of the codes of {@link serverErrorCodes}. */
export type ServerErrorCode = keyof typeof serverErrorCodes;

/** Makes a {@link MinihubError} with a code of this package. */
export function serverError(code: ServerErrorCode, message: string, cause?: unknown): MinihubError<ServerErrorCode> {
  return cause === undefined ? new MinihubError(code, message) : new MinihubError(code, message, { cause });
}

/** What {@link unauthorized}, {@link forbidden} and {@link unavailable} take besides the text. */
export interface RefusalOptions {
  /** Why, for the log: its message is written there, and the client never sees it. It must not hold a token. */
  readonly cause?: Error;
}

/** To be thrown by `authenticate`: the request is answered with 401 and this text. */
export function unauthorized(message = 'Unauthorized', options: RefusalOptions = {}): MinihubError<ServerErrorCode> {
  return serverError('MH_SERVER_UNAUTHORIZED', message, options.cause);
}

/** To be thrown by `authenticate`: the request is answered with 403 and this text. */
export function forbidden(message = 'Forbidden', options: RefusalOptions = {}): MinihubError<ServerErrorCode> {
  return serverError('MH_SERVER_FORBIDDEN', message, options.cause);
}

/**
 * To be thrown by `authenticate` when it cannot find out who sends the request, because what it asks is down: the
 * request is answered with 503 and this text. Clients take that as a reason to come again, and not to drop their token.
 */
export function unavailable(
  message = 'Authentication is not available.',
  options: RefusalOptions = {},
): MinihubError<ServerErrorCode> {
  return serverError('MH_SERVER_UNAVAILABLE', message, options.cause);
}
