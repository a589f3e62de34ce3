import { type InvocationMessage, MessageType } from '@minihub/protocol';
import type { Opening } from './opening.ts';

/**
 * What tells a client that skipped negotiation its token, so that it can come back. It is an ordinary callback.
 * `undefined` when there is nothing to tell.
 */
export function tokenMessage(
  { id, tokenToTell }: Opening,
  windowMs: number | undefined,
): InvocationMessage | undefined {
  if (tokenToTell === undefined || windowMs === undefined) return undefined;
  const about = { connectionId: id, connectionToken: tokenToTell, windowMs };
  return { type: MessageType.Invocation, target: 'minihub:connection', arguments: [about] };
}
