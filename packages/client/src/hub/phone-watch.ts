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

/** Who is told. */
export interface PhoneListener {
  /** The app is visible again, after `hiddenMs`. */
  shown(hiddenMs: number): void;
  /** The network came back, or is another one. */
  networkChanged(): void;
  /** A socket closed somewhere; on some phones this is the only event. */
  socketClosed(): void;
}

/** What is known of the phone at the moment. */
export interface Phone {
  readonly hidden: boolean;
  readonly offline: boolean;
  /** Stops watching. */
  release(): void;
}

/** Watches a mini program's life. On other hosts there is nothing to watch, and the phone is visible and online. */
export function watchPhone(platform: PhoneEvents, now: () => number, listener: PhoneListener): Phone {
  let hiddenAt: number | undefined;
  let offline = false;
  let network: string | undefined;
  let released = false;
  const undo: (() => void)[] = [];
  const subscribe = (event: string, act: (status?: { isConnected?: boolean; networkType?: string }) => void): void => {
    const members = platform as { [name: string]: ((listener: unknown) => void) | undefined };
    const guarded: typeof act = (status) => {
      // Not every event can be unsubscribed from.
      if (!released) act(status);
    };
    try {
      members[`on${event}`]?.(guarded);
      undo.push(() => members[`off${event}`]?.(guarded));
    } catch {
      // In a plugin some of these throw; they are hints, and the connection works without.
    }
  };
  subscribe('AppHide', () => {
    hiddenAt = now();
  });
  subscribe('AppShow', () => {
    const hiddenMs = hiddenAt === undefined ? 0 : now() - hiddenAt;
    hiddenAt = undefined;
    listener.shown(hiddenMs);
  });
  subscribe('NetworkStatusChange', (status) => {
    const type = status?.networkType;
    offline = status?.isConnected === false || type === 'none';
    if (!offline && type !== network) listener.networkChanged();
    network = offline ? undefined : type;
  });
  subscribe('SocketClose', () => listener.socketClosed());
  return {
    get hidden() {
      return hiddenAt !== undefined;
    },
    get offline() {
      return offline;
    },
    release() {
      released = true;
      undo.forEach((act) => {
        act();
      });
    },
  };
}
