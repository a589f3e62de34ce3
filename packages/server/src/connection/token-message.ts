import { MessageType } from '@minihub/protocol';
import { EncodedMessage } from '../outbound/encoded-message.ts';
import type { Opening } from './opening.ts';

/**
 * For a client that skipped negotiation: with the token in it the client can come back within `windowMs`. It is an
 * ordinary callback. `undefined` when there is nothing to tell, or no stateful reconnect.
 */
export function tokenMessage({ id, tokenToTell }: Opening, windowMs: number | undefined): EncodedMessage | undefined {
  if (tokenToTell === undefined || windowMs === undefined) return undefined;
  const about = { connectionId: id, connectionToken: tokenToTell, windowMs };
  return new EncodedMessage({ type: MessageType.Invocation, target: 'minihub:connection', arguments: [about] });
}
