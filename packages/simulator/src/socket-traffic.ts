/** Something that happened on a socket of a phone, for logs and tests. */
export type SocketTraffic = {
  /** When, in milliseconds since 1970, by the phone's clock. */
  readonly at: number;
  /** Which native socket of this phone. */
  readonly socket: number;
  readonly url: string;
} & (
  | { readonly kind: 'connect' | 'open' | 'mute' }
  | { readonly kind: 'sent' | 'received'; readonly data: string | ArrayBuffer }
  | { readonly kind: 'error'; readonly errMsg: string }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string; readonly reported: boolean }
);
