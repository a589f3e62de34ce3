import { type ProtocolError, protocolError } from './errors.ts';

/**
 * Texts about the end of a connection that cross the wire, as ASP.NET Core SignalR writes them.
 * The ones behind the first appear only with detailed errors.
 * @see signalr.md 1.11, "Closing"
 */
export const closeErrors = {
  /** `error` of the Close message when a connection ends because of an error. */
  connectionClosedWithError: 'Connection closed with an error.',
  /** The client has been silent for longer than the client timeout. */
  clientTimeout: "Client hasn't sent a message/ping within the configured ClientTimeoutInterval.",
  /** The transport ended inside a message. */
  terminatedWhileReading: 'Connection terminated while reading a message.',
} as const;

/** The text about a message over the limit. */
export function messageTooLargeText(maxMessageBytes: number): string {
  return `The maximum message size of ${maxMessageBytes}B was exceeded. The message size can be configured in AddHubOptions.`;
}

/** The error about a message over the limit. */
export function messageTooLarge(maxMessageBytes: number): ProtocolError {
  return protocolError('MH_PROTO_MESSAGE_TOO_LARGE', messageTooLargeText(maxMessageBytes));
}

/** The error about a stream that ended inside a message. */
export function incompleteMessage(): ProtocolError {
  return protocolError('MH_PROTO_INCOMPLETE', closeErrors.terminatedWhileReading);
}
