import type { FailureKind } from './failure-texts.ts';
import { ListenerSet } from './listener-set.ts';
import type { LossKind } from './native-socket.ts';
import type { Phone } from './phone.ts';
import type { NetworkType } from './phone-quirks.ts';

/** How good the network is. TCP hides loss, so a lost packet shows as `retransmitMs` more latency. */
export interface NetworkConditions {
  /** One way, in milliseconds. @defaultValue 0 */
  latencyMs: number;
  /** Added at random, up to this many milliseconds. @defaultValue 0 */
  jitterMs: number;
  /** Chance of a packet to be lost, 0 to 1. @defaultValue 0 */
  loss: number;
  /** What a lost packet costs, in milliseconds. @defaultValue 200 */
  retransmitMs: number;
}

/** What `onNetworkStatusChange` reports. */
export interface NetworkStatus {
  readonly isConnected: boolean;
  readonly networkType: NetworkType;
}

const good: NetworkConditions = { latencyMs: 0, jitterMs: 0, loss: 0, retransmitMs: 200 };

/** The network of the phone, for a test to disturb. */
export class PhoneNetwork {
  /** @internal */
  readonly statusListeners: ListenerSet<NetworkStatus> = new ListenerSet();
  /** @internal */
  readonly weakListeners: ListenerSet<{ weakNet: boolean; networkType: string }> = new ListenerSet();
  #phone: Phone;
  #type: NetworkType = 'wifi';
  #weak = false;
  #conditions: NetworkConditions = { ...good };
  #nextFailures: FailureKind[] = [];

  constructor(phone: Phone) {
    this.#phone = phone;
  }

  get type(): NetworkType {
    return this.#type;
  }

  get isWeak(): boolean {
    return this.#weak;
  }

  /** Changes the kind of network. Open sockets are lost, as on a phone; the server hears nothing of it. */
  switchTo(type: NetworkType): void {
    if (type === this.#type) return;
    this.#type = type;
    this.lose('drop');
    if (this.#phone.quirks.unreportedNetworks.includes(type)) return;
    const status = { isConnected: type !== 'none', networkType: type };
    this.#phone.thread.run(() => this.statusListeners.emit(status));
  }

  /** Makes the network slow and lossy, or good again. */
  weak(on = true): void {
    this.#weak = on;
    this.setConditions(on ? { latencyMs: 400, jitterMs: 400, loss: 0.1, retransmitMs: 600 } : good);
    const status = { weakNet: on, networkType: this.#type };
    this.#phone.thread.run(() => this.weakListeners.emit(status));
  }

  /** Sets latency and loss in detail. */
  setConditions(conditions: Partial<NetworkConditions>): void {
    this.#conditions = { ...this.#conditions, ...conditions };
  }

  /** Makes the next handshakes fail in this way. */
  failNext(kind: FailureKind, times = 1): void {
    for (let i = 0; i < times; i++) this.#nextFailures.push(kind);
  }

  /** Loses every connection: `reset` (both sides hear of it), `drop` (only the phone), `silent` (nobody). */
  lose(kind: LossKind): void {
    for (const socket of this.#phone.sockets) socket.lose(kind);
  }

  /** @internal What stops a handshake now, if anything. */
  takeFailure(): FailureKind | undefined {
    return this.#type === 'none' ? 'offline' : this.#nextFailures.shift();
  }

  /** @internal The latency of the next packet, in milliseconds. */
  latency(): number {
    const { latencyMs, jitterMs, loss, retransmitMs } = this.#conditions;
    if (latencyMs === 0 && jitterMs === 0 && loss === 0) return 0;
    const { random } = this.#phone;
    let total = latencyMs + random() * jitterMs;
    while (random() < Math.min(loss, 0.9)) total += retransmitMs;
    return total;
  }
}
