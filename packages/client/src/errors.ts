import { MinihubError } from '@minihub/protocol';

/**
 * Every error code of `@minihub/client`, with what it means.
 * A retired code stays listed and is never used again.
 */
export const clientErrorCodes = {
  MH_CLIENT_INVALID_OPTION: 'An option has the wrong type or is out of range.',
  MH_CLIENT_UNSUPPORTED_PLATFORM: 'The object handed in cannot open sockets, or lacks what this call needs.',
  MH_CLIENT_DOMAIN_NOT_LISTED: "The host is not in the mini program's list of socket domains.",
  MH_CLIENT_DOMAIN_CHECK_FAILED: 'The platform could not read its own list of domains.',
  MH_CLIENT_SOCKET_LIMIT: 'The mini program has five sockets already.',
  MH_CLIENT_INVALID_URL: 'The platform refuses the URL.',
  MH_CLIENT_HANDSHAKE_REFUSED: 'The server, or a proxy before it, answered the handshake with something else than 101.',
  MH_CLIENT_SUBPROTOCOL: 'The server chose no subprotocol, or one that was not offered.',
  MH_CLIENT_TLS: 'TLS could not be established.',
  MH_CLIENT_NETWORK: 'The network failed, or the server is not there.',
  MH_CLIENT_CONNECT_TIMEOUT: 'The handshake took longer than `connectTimeoutMs`.',
  MH_CLIENT_CLOSE_TIMEOUT: 'The platform did not confirm a close within `closeTimeoutMs`.',
  MH_CLIENT_CLOSED_EARLY: '`close()` was called before the connection was established.',
  MH_CLIENT_BACKGROUND: 'The platform cut the connection because the mini program was in the background.',
  MH_CLIENT_SOCKET_DEAD: 'The socket is gone although the platform never said so.',
  MH_CLIENT_SILENT: 'Nothing arrived for longer than `silenceTimeoutMs`, or after a return or a change of network.',
  MH_CLIENT_TOOLS: 'The developer tools reloaded the mini program.',
  MH_CLIENT_SOCKET_FAILED: 'The platform reported an error that is not in the table of known ones.',
  MH_CLIENT_HTTP: 'An HTTP request (negotiate, server-sent events, long polling) failed or was refused.',
  MH_CLIENT_UNAUTHORIZED: 'An HTTP request was answered with 401 or 403.',
  MH_CLIENT_NEGOTIATE: 'The answer to negotiate was an error, was malformed, or offered no transport that can be used.',
  MH_CLIENT_HUB_HANDSHAKE: 'The server refused the hub protocol handshake, or did not answer it in time.',
  MH_CLIENT_PROTOCOL: 'The server sent what the hub protocol does not allow.',
  MH_CLIENT_SERVER_CLOSED: 'The server ended the connection on purpose, by a Close message or a close code.',
  MH_CLIENT_RESUME_REFUSED: 'The server no longer knows the connection that was to be resumed.',
  MH_CLIENT_CONNECTION_LOST:
    'The connection was lost before the answer came; whether the call was carried out is unknown.',
  MH_CLIENT_CLOSED: 'The connection was closed here, by `close()`.',
  MH_CLIENT_NOT_CONNECTED: 'Nothing can be sent in this state.',
  MH_CLIENT_QUEUE_FULL: 'More bytes wait to be sent than `maxQueuedBytes` allows.',
  MH_CLIENT_QUEUE_EXPIRED: 'A call waited to be sent for longer than `maxQueuedMs`; it was not sent.',
  MH_CLIENT_INVOCATION_FAILED: "The server answered a call with an error; `message` is the server's text.",
  MH_CLIENT_CANCELED: 'The call was cancelled by its signal.',
  MH_CLIENT_INVOCATION_TIMEOUT: 'The answer to a call did not come within its `timeoutMs`.',
  MH_CLIENT_OPTION_FAILED: 'A function of the options (`url`, `accessToken`, `http`) threw or rejected.',
  MH_CLIENT_LIMIT: 'The server sent more than a limit of the client allows.',
} as const;

/** One of the codes of {@link clientErrorCodes}. */
export type ClientErrorCode = keyof typeof clientErrorCodes;

/** An error of the client. `message` carries the platform's own words where there are any. */
export type ClientError = MinihubError<ClientErrorCode>;

/** Something took longer, or was more, than an option of this name allows. */
export function exceeded(code: ClientErrorCode, option: string, limit: number): ClientError {
  return clientError(code, `${option} (${limit}) exceeded`);
}

/** Makes a {@link ClientError}. */
export function clientError(code: ClientErrorCode, message: string): ClientError {
  return new MinihubError(code, message);
}
