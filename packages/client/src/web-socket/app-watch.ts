import type { HostTimers } from './host.ts';
import type { SocketSession } from './socket-session.ts';

type AppListener = (result?: unknown) => void;

/** The part of a platform that tells about the app and its network; all of it optional. */
export interface AppEvents {
  onAppShow?(listener: AppListener): void;
  onAppHide?(listener: AppListener): void;
  onNetworkStatusChange?(listener: AppListener): void;
  onSocketClose?(listener: AppListener): void;
}

// WeChat freezes a mini program and closes its sockets five seconds after it is hidden.
const suspendAfterMs = 5_000;

/**
 * Doubts sockets when there is reason to: after a stay in the background, after a change of network, and when the
 * platform's global close event fires, which on some phones is the only one. A doubted socket ends unless it speaks up.
 */
export function watchApp(
  app: AppEvents,
  sessions: readonly SocketSession[],
  graceMs: number,
  timers: HostTimers,
): void {
  let hiddenAt = Number.POSITIVE_INFINITY;
  let network: unknown;
  const doubt = (why: string): void => {
    sessions.forEach((session) => {
      session.suspect(graceMs, `Nothing arrived after the ${why}`);
    });
  };
  const subscribe = (name: keyof AppEvents, listener: AppListener): void => {
    try {
      (app as Required<AppEvents>)[name](listener);
    } catch {
      // Not there, or in a plugin, where some of these throw; they are hints, and the class works without.
    }
  };
  subscribe('onAppHide', () => {
    hiddenAt = timers.now();
  });
  subscribe('onAppShow', () => {
    if (timers.now() - hiddenAt >= suspendAfterMs) doubt('background');
    hiddenAt = Number.POSITIVE_INFINITY;
  });
  subscribe('onNetworkStatusChange', (result) => {
    const type = (result as { readonly networkType?: string } | undefined)?.networkType;
    if (type !== network) doubt('network changed');
    network = type;
  });
  subscribe('onSocketClose', () => {
    sessions.forEach((session) => {
      session.verify();
    });
  });
}
