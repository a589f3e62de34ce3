import { MinihubError } from '@minihub/protocol';
import { clientError } from '../errors.ts';
import { findRoute, type Route, type RouteSettings, toTarget } from './route.ts';
import type { Transport } from './transports/transport.ts';

/** What a link tells. Nothing after `lost`, nor after it was dropped. */
export interface LinkEvents {
  opened(route: Route): void;
  received(data: string | ArrayBuffer): void;
  lost(error?: MinihubError, closeCode?: number): void;
}

/** One try to reach the server: from the request for a token to the end of the transport. */
export interface Link {
  /** Once there is one. */
  readonly transport: Transport | undefined;
  /** Lets go of it, at any time. `toResume`: the server is to keep the connection. */
  drop(toResume: boolean): void;
}

/** Begins a try. `known` is the way of a connection that is to be resumed; `turn` chooses among the transports. */
export function openLink(settings: RouteSettings, known: Route | undefined, turn: number, events: LinkEvents): Link {
  let over = false;
  let transport: Transport | undefined;
  const lost = (error?: MinihubError, closeCode?: number): void => {
    if (over) return;
    over = true;
    events.lost(error, closeCode);
  };
  Promise.resolve(known ?? findRoute(settings))
    .then((route) => {
      const name = route.transports[turn % route.transports.length] as string;
      return toTarget(settings, route, name).then((target) => {
        if (over) return;
        transport = settings.transports[name]?.(
          { ...target, timeoutMs: settings.connectTimeoutMs },
          {
            opened: () => {
              if (!over) events.opened(route);
            },
            received: (data) => {
              if (!over) events.received(data);
            },
            closed: lost,
          },
        );
      });
    })
    .then(undefined, (error: unknown) => {
      lost(
        MinihubError.is(error)
          ? error
          : clientError('MH_CLIENT_OPTION_FAILED', String((error as Error | undefined)?.message ?? error)),
      );
    });
  return {
    get transport() {
      return transport;
    },
    drop(toResume) {
      over = true;
      transport?.close(toResume);
    },
  };
}
