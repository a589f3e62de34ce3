import { Happening } from './engine-table.ts';

/** The part of a platform that tells about the app and its network; all of it optional. */
export interface PhoneEvents {
  onAppShow?(listener: () => void): void;
  onAppHide?(listener: () => void): void;
  onNetworkStatusChange?(listener: (status: { isConnected?: boolean; networkType?: string }) => void): void;
  onSocketClose?(listener: () => void): void;
  offAppShow?(listener: () => void): void;
  offAppHide?(listener: () => void): void;
  offNetworkStatusChange?(listener: unknown): void;
}

/** What is known of the phone at the moment. */
export interface Phone {
  readonly hidden: boolean;
  /** As it said last: not every phone tells when the network is back. */
  offline: boolean;
  /** Stops watching. */
  release(): void;
}

type Status = Parameters<Parameters<NonNullable<PhoneEvents['onNetworkStatusChange']>>[0]>[0];

/** Watches a mini program's life. On other hosts there is nothing to watch, and the phone is visible and online. */
export function watchPhone(
  platform: PhoneEvents,
  now: () => number,
  tell: (event: Happening, hiddenMs: number) => void,
): Phone {
  let hiddenAt: number | undefined;
  let isOver = false;
  const members = platform as { [name: string]: ((listener: unknown) => void) | undefined };
  const undo: (() => void)[] = [];
  const subscribe = (event: string, read: (status?: Status) => Happening): void => {
    const guarded = (status?: Status): void => {
      // Not every event can be unsubscribed from; what stays behind must hold nobody.
      if (isOver) return;
      const hiddenMs = hiddenAt === undefined ? 0 : now() - hiddenAt;
      tell(read(status), hiddenMs);
    };
    try {
      members[`on${event}`]?.(guarded);
      undo.push(() => members[`off${event}`]?.(guarded));
    } catch {
      // In a plugin some of these throw; they are hints, and the connection works without.
    }
  };
  const phone: Phone = {
    get hidden() {
      return hiddenAt !== undefined;
    },
    offline: false,
    release() {
      isOver = true;
      undo.forEach((act) => {
        act();
      });
    },
  };
  subscribe('AppHide', () => {
    hiddenAt = now();
    return Happening.Hidden;
  });
  subscribe('AppShow', () => {
    hiddenAt = undefined;
    return Happening.Shown;
  });
  subscribe('NetworkStatusChange', (status) => {
    phone.offline = status?.isConnected === false || status?.networkType === 'none';
    return phone.offline ? Happening.Offline : Happening.Network;
  });
  subscribe('SocketClose', () => Happening.Socket);
  return phone;
}
