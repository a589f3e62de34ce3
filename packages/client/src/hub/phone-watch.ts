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

/**
 * What a phone tells. `network`: there is one, and it may be another than before (some changes are never told, so every word
 * counts). `socket`: a socket closed somewhere; on some phones this is the only event.
 */
export type PhoneEvent = 'hidden' | 'shown' | 'network' | 'offline' | 'socket';

/** What is known of the phone at the moment. */
export interface Phone {
  readonly hidden: boolean;
  /** As it said last: not every phone tells when the network is back. */
  offline: boolean;
  /** Stops watching. */
  release(): void;
}

/** Watches a mini program's life. On other hosts there is nothing to watch, and the phone is visible and online. */
export function watchPhone(
  platform: PhoneEvents,
  now: () => number,
  tell: (event: PhoneEvent, hiddenMs: number) => void,
): Phone {
  let hiddenAt: number | undefined;
  let listener: typeof tell | undefined = tell;
  const undo: (() => void)[] = [];
  const subscribe = (
    event: string,
    read: (status?: { isConnected?: boolean; networkType?: string }) => PhoneEvent,
  ): void => {
    const members = platform as { [name: string]: ((listener: unknown) => void) | undefined };
    const guarded: (status?: object) => void = (status) => {
      // Not every event can be unsubscribed from; what stays behind must hold nobody.
      if (!listener) return;
      const hiddenMs = hiddenAt === undefined ? 0 : now() - hiddenAt;
      listener(read(status), hiddenMs);
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
      listener = undefined;
      undo.forEach((act) => {
        act();
      });
    },
  };
  subscribe('AppHide', () => {
    hiddenAt = now();
    return 'hidden';
  });
  subscribe('AppShow', () => {
    hiddenAt = undefined;
    return 'shown';
  });
  subscribe('NetworkStatusChange', (status) => {
    phone.offline = status?.isConnected === false || status?.networkType === 'none';
    return phone.offline ? 'offline' : 'network';
  });
  subscribe('SocketClose', () => 'socket');
  return phone;
}
