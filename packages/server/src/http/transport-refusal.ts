import type { TransportName } from '../transport/transport.ts';
import type { Negotiated } from './negotiated-connections.ts';
import { Refusal } from './refusal.ts';

const retryAfterSeconds = 2;

/** What those get who negotiate while too many others wait for their transport. */
export const tooManyPending: Refusal = new Refusal(
  503,
  'MH_SERVER_TOO_MANY_CONNECTIONS: Too many connections are being opened.',
  1,
);

/** What a post gets that comes while too many others of its connection wait. */
export const tooManyPosts: Refusal = new Refusal(
  503,
  'MH_SERVER_TOO_MANY_CALLS: Too many posts of this connection wait.',
  1,
);

/** What everybody gets who comes while the server is closing. */
export const closing: Refusal = new Refusal(503, 'The server is closing.', retryAfterSeconds);

/** Why a transport cannot be used, or not for this connection. @see signalr.md 1.2 */
export function refusalOfTransport(
  name: TransportName,
  negotiated: Negotiated | undefined,
  endpoint: { readonly transports: readonly TransportName[]; readonly isClosing: boolean },
): Refusal | undefined {
  if (!endpoint.transports.includes(name)) {
    return new Refusal(404, `${name} transport not supported by this end point type`);
  }
  if (negotiated?.transportName === undefined) return endpoint.isClosing ? closing : undefined;
  if (negotiated.transportName !== name) return new Refusal(400, 'Cannot change transports mid-connection');
  if (name === 'LongPolling' || negotiated.connection?.isResumable) return undefined;
  // A stateful connection that is over looks to its client as if it had been forgotten already.
  return negotiated.isStateful ? new Refusal(404, 'No Connection with that ID') : new Refusal(409);
}
