import { type CloseMessage, MessageType } from '@minihub/protocol';

/** How the server ends a connection. */
export interface DisconnectOptions {
  /** What the client is told; it takes it as an error. Absent: an end without complaint. */
  readonly reason?: string;
  /** Whether the client may come back by itself. @defaultValue false */
  readonly allowReconnect?: boolean;
}

/** The Close message that says so. Members are left out rather than false. @see signalr.md 1.9 */
export function toCloseMessage({ reason, allowReconnect = false }: DisconnectOptions): CloseMessage {
  return {
    type: MessageType.Close,
    ...(reason === undefined ? undefined : { error: reason }),
    ...(allowReconnect ? { allowReconnect } : undefined),
  };
}
