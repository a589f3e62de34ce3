/** What is said of an error behind a prefix when details are wanted. */
export interface ErrorDetail {
  /** The name of the error's type, as `InvalidOperationException`: stock clients compare it. */
  readonly typeName: string;
  readonly message: string;
}

/** `<prefix> <TypeName>: <message>`, or the prefix alone when there is no detail to show. */
export function withDetail(prefix: string, detail?: ErrorDetail): string {
  return detail === undefined ? prefix : `${prefix} ${detail.typeName}: ${detail.message}`;
}

/**
 * Texts in `Completion.error`, as ASP.NET Core SignalR writes them. A `detail` is passed only when it may be shown:
 * with detailed errors on, or always for errors that a hub method threw on purpose.
 * @see signalr.md 1.11, "Error texts"
 */
export const invocationErrors = {
  /** No method of that name; said with and without detailed errors. */
  unknownMethod: (method: string): string =>
    withDetail(invocationErrors.bindFailure(method), { typeName: 'HubException', message: 'Method does not exist.' }),
  /** The arguments do not fit the method. */
  bindFailure: (method: string, detail?: ErrorDetail): string =>
    withDetail(`Failed to invoke '${method}' due to an error on the server.`, detail),
  methodThrew: (method: string, detail?: ErrorDetail): string =>
    withDetail(`An unexpected error occurred invoking '${method}' on the server.`, detail),
  unauthorized: (method: string): string => `Failed to invoke '${method}' because user is unauthorized`,
  /** Message type 1 for a method that streams. */
  streamingMethodInvoked: (method: string): string =>
    `The client attempted to invoke the streaming '${method}' method with a non-streaming invocation.`,
  /** Message type 4 for a method that does not stream. */
  plainMethodStreamed: (method: string): string =>
    `The client attempted to invoke the non-streaming '${method}' method with a streaming invocation.`,
  wrongStreamCount: (sent: number, expected: number): string =>
    `Client sent ${sent} stream(s), Hub method expects ${expected}.`,
  streamBroke: (detail?: ErrorDetail): string =>
    withDetail('An error occurred on the server while streaming results.', detail),
  streamItemBindFailure: 'Failed to bind Stream message.',
  nullStream: (method: string): string =>
    `The value returned by the streaming method '${method}' is not a ChannelReader<> or IAsyncEnumerable<>.`,
  invocationIdInUse: (invocationId: string): string => `Invocation ID '${invocationId}' is already in use.`,
} as const;

/**
 * Messages of the details behind {@link invocationErrors.bindFailure}; their type name is `InvalidDataException`.
 * @see signalr.md 1.9
 */
export const bindErrors = {
  argumentCount: (provided: number, expected: number): string =>
    `Invocation provides ${provided} argument(s) but target expects ${expected}.`,
  argumentTypes:
    'Error binding arguments. Make sure that the types of the provided values match the types of the hub method being invoked.',
} as const;

/** Texts about client results: the server invokes, the client answers. @see signalr.md 1.11, "Client results" */
export const clientResultErrors = {
  noConnection: (connectionId: string): string => `Connection '${connectionId}' does not exist.`,
  disconnected: (connectionId: string): string => `Connection '${connectionId}' disconnected.`,
  canceled: 'Invocation canceled by the server.',
  notWhileConnecting: 'Client results inside OnConnectedAsync Hub methods are not allowed.',
  singleClientOnly: 'InvokeAsync only works with Single clients.',
  /** The client has no handler, or its handler gave nothing. */
  noResult: "Client didn't provide a result.",
  multipleResults: 'Client provided multiple results.',
} as const;

/** Texts that a client gives its own caller. @see signalr.md 1.13 */
export const clientErrors = {
  connectionClosed: 'Invocation canceled due to the underlying connection being closed.',
  serverTimeout: 'Server timeout elapsed without receiving a message from the server.',
} as const;
