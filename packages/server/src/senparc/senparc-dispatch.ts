import type { Log } from '../log.ts';
import type { SenparcDisconnectInfo, SenparcHandler, SenparcHelper } from './senparc-handler.ts';
import { toSenparcMessage } from './senparc-message.ts';

/** Calls a handler for the connections of a registration, and keeps what it throws away from them. */
export class SenparcDispatch {
  readonly #handler: SenparcHandler;
  readonly #log: Log;
  readonly #helpers = new Map<string, SenparcHelper>();

  constructor(handler: SenparcHandler, log: Log) {
    this.#handler = handler;
    this.#log = log;
  }

  /** A client has connected. */
  async connect(helper: SenparcHelper): Promise<void> {
    this.#helpers.set(helper.connectionId, helper);
    await this.#guard(helper, 'onConnect', () => this.#handler.onConnect?.(helper));
  }

  /** A message has come on the raw path. */
  async message(connectionId: string, original: string): Promise<void> {
    const helper = this.#helpers.get(connectionId);
    if (helper === undefined) return;
    await this.#guard(helper, 'onMessage', () => this.#handler.onMessage(helper, toSenparcMessage(original), original));
  }

  /** A message has come on the hub path. What the handler throws is the hub's to log and to answer. */
  async invoke(connectionId: string, original: string): Promise<void> {
    const helper = this.#helpers.get(connectionId);
    if (helper !== undefined) await this.#handler.onMessage(helper, toSenparcMessage(original), original);
  }

  /** A client has gone. */
  async disconnect(connectionId: string, { cause, error }: SenparcDisconnectInfo): Promise<void> {
    const helper = this.#helpers.get(connectionId);
    if (helper === undefined) return;
    this.#helpers.delete(connectionId);
    const info = { cause, ...(error === undefined ? undefined : { error }) };
    await this.#guard(helper, 'onDisconnect', () => this.#handler.onDisconnect?.(helper, info));
  }

  async #guard({ connectionId }: SenparcHelper, handler: keyof SenparcHandler, call: () => unknown): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.#log('senparcHandlerThrew', { connectionId, handler, error });
    }
  }
}
