import { MinihubError } from '@minihub/protocol';
import { clientError } from '../errors.ts';
import { findRoute, type Route, type RouteSettings, toTarget } from './route.ts';
import type { Transport } from './transports/transport.ts';

/** What a link tells. Nothing after `lost`, nor after it was dropped. */
export interface LinkEvents {
  /** There is a transport from now on, not open yet. */
  made(transport: Transport | undefined): void;
  opened(route: Route): void;
  received(data: string | ArrayBuffer): void;
  lost(error?: MinihubError, closeCode?: number): void;
}

/** Lets go of a link, at any time. `toResume`: the server is to keep the connection. */
export type DropLink = (toResume: boolean) => void;

/**
 * Begins one try to reach the server: from the request for a token to the end of the transport. `known` is the way of a
 * connection that is to be resumed; `turn` chooses among the transports.
 */
export function openLink(
  settings: RouteSettings,
  known: Route | undefined,
  turn: number,
  { made, opened, received, lost }: LinkEvents,
): DropLink {
  let over = false;
  let transport: Transport | undefined;
  const closed: LinkEvents['lost'] = (error, closeCode) => {
    if (!over) {
      over = true;
      lost(error, closeCode);
    }
  };
  Promise.resolve(known || findRoute(settings))
    .then((route) => {
      const name = route.transports[turn % route.transports.length] as string;
      return toTarget(settings, route, name).then((target) => {
        if (over) return;
        transport = settings.transports[name]?.(
          { ...target, timeoutMs: settings.connectTimeoutMs },
          {
            opened: () => {
              if (!over) opened(route);
            },
            received: (data) => {
              if (!over) received(data);
            },
            closed,
          },
        );
        made(transport);
      });
    })
    .then(undefined, (error: unknown) => {
      closed(
        MinihubError.is(error)
          ? error
          : clientError('MH_CLIENT_OPTION_FAILED', String((error as Error | undefined)?.message ?? error)),
      );
    });
  return (toResume) => {
    over = true;
    transport?.close(toResume);
  };
}
