import type { HubFilter } from '@minihub/server';
import type { WechatLogin } from './login.ts';

/** The callback that a client with a code is told its session by: `{ token, expiresInSeconds, user }`. */
export const sessionCallback = 'minihub:session';

/**
 * Tells a client that logged in with a code which token it has from now on: the callback `minihub:session`, an ordinary
 * one that any SignalR client can listen to, before `connected` runs. Clients with a token are told nothing.
 * @example createHubServer({ authenticate: login.authenticate, filters: [sessionFilter(login)] })
 */
export function sessionFilter(login: WechatLogin): HubFilter {
  return {
    async connected({ connection, clients }, next) {
      const grant = login.grantOf(connection.identity);
      if (grant !== undefined) {
        await (clients.caller as { send(callback: string, ...args: unknown[]): Promise<void> }).send(
          sessionCallback,
          grant,
        );
      }
      await next();
    },
  };
}
