import type { ProtocolError } from './errors.ts';

/** The type numbers of hub messages. @see HubProtocol.md; types 8 and 9 belong to protocol version 2. */
export const MessageType = {
  Invocation: 1,
  StreamItem: 2,
  Completion: 3,
  StreamInvocation: 4,
  CancelInvocation: 5,
  Ping: 6,
  Close: 7,
  Ack: 8,
  Sequence: 9,
} as const;

/** String to string, on messages 1-5; carried, and used only for trace context. */
export type MessageHeaders = Readonly<Record<string, string>>;

/** What messages 1-5 share. */
interface Carrier {
  readonly headers?: MessageHeaders;
  /**
   * Set by a decoder when the message is well-formed but a value in it (an argument, an item, a result) could not be
   * read. Such a message fails its own invocation, not the connection; the values are then empty.
   */
  readonly bindingError?: ProtocolError;
}

/** Calls a method or a callback. Without `invocationId` the callee never answers. */
export interface InvocationMessage extends Carrier {
  readonly type: typeof MessageType.Invocation;
  readonly invocationId?: string;
  readonly target: string;
  readonly arguments: readonly unknown[];
  /** The streams that the caller will send, in the order of the callee's stream parameters. */
  readonly streamIds?: readonly string[];
}

/** One item of a stream, in either direction. */
export interface StreamItemMessage extends Carrier {
  readonly type: typeof MessageType.StreamItem;
  readonly invocationId: string;
  readonly item: unknown;
}

/**
 * The end of an invocation or of a stream. `error` and `result` exclude each other; a member that is absent
 * means void, a `result` that is present may be null.
 */
export interface CompletionMessage extends Carrier {
  readonly type: typeof MessageType.Completion;
  readonly invocationId: string;
  readonly error?: string;
  readonly result?: unknown;
}

/** Calls a streaming method: answered by StreamItems, then one Completion. */
export interface StreamInvocationMessage extends Carrier {
  readonly type: typeof MessageType.StreamInvocation;
  readonly invocationId: string;
  readonly target: string;
  readonly arguments: readonly unknown[];
  readonly streamIds?: readonly string[];
}

/** Asks the callee to end a stream (or, since .NET 11, an invocation). */
export interface CancelInvocationMessage extends Carrier {
  readonly type: typeof MessageType.CancelInvocation;
  readonly invocationId: string;
}

/** Says that the sender lives. */
export interface PingMessage {
  readonly type: typeof MessageType.Ping;
}

/** Ends the connection. An empty `error` is an error too. */
export interface CloseMessage {
  readonly type: typeof MessageType.Close;
  readonly error?: string;
  readonly allowReconnect?: boolean;
}

/** The highest sequence id received; cumulative. */
export interface AckMessage {
  readonly type: typeof MessageType.Ack;
  readonly sequenceId: number;
}

/** The id of the next trackable message, after a reattach. */
export interface SequenceMessage {
  readonly type: typeof MessageType.Sequence;
  readonly sequenceId: number;
}

/** Any hub message. */
export type HubMessage =
  | InvocationMessage
  | StreamItemMessage
  | CompletionMessage
  | StreamInvocationMessage
  | CancelInvocationMessage
  | PingMessage
  | CloseMessage
  | AckMessage
  | SequenceMessage;
