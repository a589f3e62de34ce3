import type { IncomingMessage } from 'node:http';
import { encodeNegotiateResponse, findQueryValue, type NegotiateSuccess } from '@minihub/protocol';
import type { TransportName } from '../transport/transport.ts';
import { availableTransports } from './available-transports.ts';
import type { ConnectRequest, Identity } from './connect-request.ts';
import type { Negotiated } from './negotiated-connections.ts';
import { queryOf } from './request-query.ts';

/** Where a client is sent that negotiates. */
export interface RedirectTarget {
  /** The address of a hub; the client begins again there. */
  readonly url: string;
  /** The token that the client uses from then on, in place of its own. @defaultValue it keeps its own */
  readonly accessToken?: string;
}

/**
 * Sends a client that negotiates to another server, or lets it stay (`undefined`). Clients that skip negotiation are not
 * asked. It runs after `authenticate`. @see signalr.md 1.1
 */
export type Redirect = (
  request: ConnectRequest,
  identity: Identity | undefined,
) => RedirectTarget | undefined | Promise<RedirectTarget | undefined>;

/** What a negotiate request asks for. */
export function askedBy(request: IncomingMessage): {
  readonly negotiateVersion: string | undefined;
  readonly useStatefulReconnect: string | undefined;
} {
  const query = queryOf(request);
  return {
    negotiateVersion: findQueryValue(query, 'negotiateVersion'),
    useStatefulReconnect: findQueryValue(query, 'useStatefulReconnect'),
  };
}

/** The answer to a client that may connect here. */
export function encodeNegotiated(
  { id, token, isStateful }: Negotiated,
  about: Pick<NegotiateSuccess, 'negotiateVersion' | 'tokenLifetimeSeconds'> & {
    readonly transports: readonly TransportName[];
  },
): string {
  const { transports, ...rest } = about;
  return encodeNegotiateResponse({
    kind: 'success',
    ...rest,
    connectionId: id,
    connectionToken: token,
    useStatefulReconnect: isStateful,
    availableTransports: transports.map((name) => availableTransports[name]),
  });
}
