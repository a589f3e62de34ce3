import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerJson, answerText } from './answer.ts';
import { toAuthenticateRequest } from './connect-request.ts';
import { type IdentityRefresh, type RefreshableConnection, type RefreshOutcome, refused } from './identity-refresh.ts';

/**
 * `POST {path}/refresh?id=<connection token>` with a new bearer token, as .NET 11 has it. @see signalr.md 1.3
 * @param connection what the id names; `undefined` when it names nothing
 */
export async function handleRefresh(
  request: IncomingMessage,
  response: ServerResponse,
  about: {
    readonly refresh: IdentityRefresh | undefined;
    readonly token: string | undefined;
    readonly connection: Partial<RefreshableConnection> | undefined;
    readonly remoteAddress: string | undefined;
  },
): Promise<void> {
  if (request.method !== 'POST') {
    answerText(response, 405);
    return;
  }
  const outcome = await outcomeOf(request, about);
  if (outcome.kind === 'refused') answerJson(response, JSON.stringify({ error: outcome.code }), outcome.status);
  else answerJson(response, JSON.stringify({ tokenLifetimeSeconds: outcome.tokenLifetimeSeconds }));
}

async function outcomeOf(
  request: IncomingMessage,
  { refresh, token, connection, remoteAddress }: Parameters<typeof handleRefresh>[2],
): Promise<RefreshOutcome> {
  if (refresh === undefined) return refused(404, 'refresh_disabled');
  if (token === undefined) return refused(400, 'missing_connection_token');
  if (connection?.refreshIdentity === undefined) return refused(404, 'connection_not_found');
  return refresh.refresh(connection as RefreshableConnection, toAuthenticateRequest(request, remoteAddress));
}
