/** The platforms of WeChat that differ in what they report. */
export type PhonePlatform = 'ios' | 'android' | 'devtools';

/** What a phone does that a standard does not foresee. Each can be set alone; the defaults depend on the platform. */
export interface PhoneQuirks {
  /** A close that the app asked for is reported with another code: iOS and the developer tools. */
  closeCodeLies: boolean;
  /** `close` does nothing before the socket is open: all. */
  closeIgnoredWhileConnecting: boolean;
  /** When the system cuts sockets in the background, no task's onClose fires, only the global one, once: iOS. */
  skipCloseInBackground: boolean;
  /** A failed handshake fires onError only; a drop later fires nothing. */
  errorWithoutClose: boolean;
  /** onClose fires twice. */
  closeTwice: boolean;
  /** A connection that breaks is reported by nobody. */
  silentDrop: boolean;
  /** How long after `app.hide()` the code stops and sockets are cut, in milliseconds; Infinity: never (music is playing). */
  suspendAfterMs: number;
  /** How long after `app.hide()` the app is destroyed, in milliseconds; Infinity: never. */
  killAfterMs: number;
  /** Whether the system cuts sockets when it suspends the app. */
  closeOnSuspend: boolean;
  /** How long a close may go unanswered before the native side lets go of the socket, in milliseconds; it counts until then. */
  closeTimeoutMs: number;
  /** Sockets that may exist at once. */
  maxSockets: number;
  /** How the names of response headers are written: 'none' shows no headers at all. */
  headerCase: 'canonical' | 'lower' | 'none';
  /** Whether `protocols` reaches the server. */
  sendsSubprotocol: boolean;
  /** Whether a handshake fails when the server chooses none of `protocols`: the developer tools. */
  requiresSubprotocol: boolean;
  /** Kinds of network to which a change is not reported. */
  unreportedNetworks: readonly NetworkType[];
  /** `connectSocket` within an onClose callback makes a socket that never does anything: old Android. */
  connectInCloseIsDead: boolean;
  /** onOpen does not fire while an older socket to the same URL is open. */
  openLostBehindOlder: boolean;
  /** How long after `send` its callbacks come, in milliseconds. */
  sendCallbackMs: number;
  /** Promises settle in a timer instead of a microtask: iOS up to 15. */
  promiseAsMacrotask: boolean;
  /** `send` and `close` fail with "taskID not exist" once the native socket is gone, although readyState still says 1. */
  staleReadyState: boolean;
}

/** Kinds of network, as WeChat names them. */
export type NetworkType = 'wifi' | '2g' | '3g' | '4g' | '5g' | 'unknown' | 'none';

const base: PhoneQuirks = {
  closeCodeLies: false,
  closeIgnoredWhileConnecting: true,
  skipCloseInBackground: false,
  errorWithoutClose: false,
  closeTwice: false,
  silentDrop: false,
  suspendAfterMs: 5_000,
  killAfterMs: 30 * 60_000,
  closeOnSuspend: true,
  closeTimeoutMs: 10_000,
  maxSockets: 5,
  headerCase: 'canonical',
  sendsSubprotocol: true,
  requiresSubprotocol: false,
  unreportedNetworks: [],
  connectInCloseIsDead: false,
  openLostBehindOlder: false,
  sendCallbackMs: 0,
  promiseAsMacrotask: false,
  staleReadyState: false,
};

/** The quirks that each platform has by default. */
export const defaultQuirks: { readonly [P in PhonePlatform]: PhoneQuirks } = {
  android: { ...base, staleReadyState: true },
  ios: { ...base, closeCodeLies: true, skipCloseInBackground: true, headerCase: 'lower', unreportedNetworks: ['wifi'] },
  devtools: { ...base, closeCodeLies: true, requiresSubprotocol: true, suspendAfterMs: Number.POSITIVE_INFINITY },
};
