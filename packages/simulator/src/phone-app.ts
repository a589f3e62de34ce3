import { ListenerSet } from './listener-set.ts';
import type { Phone } from './phone.ts';

/** Where the app is. `suspended`: its code does not run. */
export type AppState = 'foreground' | 'background' | 'suspended' | 'destroyed';

/** Why the app was hidden, as WeChat's `onAppHide` reports it. */
export type HideReason = 0 | 1 | 2 | 3;

/** The mini program's place on the phone, for a test to move. */
export class PhoneApp {
  /** @internal */
  readonly showListeners: ListenerSet<object> = new ListenerSet();
  /** @internal */
  readonly hideListeners: ListenerSet<{ reason: HideReason }> = new ListenerSet();
  #phone: Phone;
  #state: AppState = 'foreground';
  #timers: unknown[] = [];

  constructor(phone: Phone) {
    this.#phone = phone;
  }

  get state(): AppState {
    return this.#state;
  }

  /** Hides the mini program. Its code stops and its sockets are cut after `suspendAfterMs`; it dies after `killAfterMs`. */
  hide(reason: HideReason = 3): void {
    if (this.#state !== 'foreground') return;
    this.#state = 'background';
    const { clock, quirks, thread } = this.#phone;
    thread.run(() => this.hideListeners.emit({ reason }));
    const after = (ms: number, act: () => void): void => {
      if (Number.isFinite(ms)) this.#timers.push(clock.setTimeout(act, ms));
    };
    after(quirks.suspendAfterMs, () => this.suspend());
    after(quirks.killAfterMs, () => this.destroy());
  }

  /** Suspends at once: the code stops, and the system cuts the sockets. */
  suspend(): void {
    if (this.#state === 'foreground') this.hide();
    if (this.#state !== 'background') return;
    this.#state = 'suspended';
    const { quirks, thread, sockets, globalSocket } = this.#phone;
    thread.freeze();
    if (!quirks.closeOnSuspend) return;
    const had = sockets.length > 0;
    for (const socket of sockets) socket.cut();
    if (quirks.skipCloseInBackground && had) {
      thread.run(() => globalSocket.close.emit({ code: 1000, reason: 'interrupted' }));
    }
  }

  /** Brings the mini program back. What was held comes at once; then the app hears that it is shown. */
  show(options: object = { path: 'pages/index/index', query: {}, scene: 1001 }): void {
    if (this.#state !== 'background' && this.#state !== 'suspended') return;
    this.#state = 'foreground';
    this.#clearTimers();
    const { thread } = this.#phone;
    thread.thaw();
    thread.run(() => this.showListeners.emit(options));
  }

  /** Ends the mini program: none of its code runs again, and its sockets are closed. */
  destroy(): void {
    if (this.#state === 'destroyed') return;
    this.#state = 'destroyed';
    this.#clearTimers();
    this.#phone.thread.kill();
    this.#phone.releaseSockets();
  }

  #clearTimers(): void {
    for (const timer of this.#timers) this.#phone.clock.clearTimeout(timer);
    this.#timers = [];
  }
}
