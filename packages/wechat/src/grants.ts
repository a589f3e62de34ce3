import { wechatError } from './errors.ts';
import type { WechatApi } from './wechat-api.ts';

/** What `wx.requestSubscribeMessage` answers for each template: what the client reports. */
export type SubscribeAnswers = Readonly<Record<string, string>>;

/** Grants of one user and template are forgotten this long after the last one: WeChat names no limit. */
const keptMs = 365 * 24 * 3_600_000;

/** More than anybody grants; a client can report what it likes. */
const maxGrants = 1_000;
const maxTemplates = 20;

/**
 * Counts what users have agreed to: one agreement is one message. It is a hint, kept to ask at the right time; WeChat
 * alone knows. Counted in the store without a lock: two servers that count at the same moment may lose one.
 */
export class SubscribeGrants {
  readonly #api: WechatApi;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(api: WechatApi) {
    this.#api = api;
  }

  /**
   * Takes what the client was answered.
   * @throws MH_WECHAT_ARGUMENT for more templates than one request can name
   */
  async report(openid: string, answers: SubscribeAnswers): Promise<void> {
    const entries = Object.entries(answers);
    if (entries.length > maxTemplates) throw wechatError('MH_WECHAT_ARGUMENT', 'Too many templates are reported.');
    for (const [templateId, answer] of entries) {
      if (answer === 'accept') await this.#change(openid, templateId, (count) => Math.min(count + 1, maxGrants));
    }
  }

  /** How many messages of a template the user still takes, as far as is known. */
  async count(openid: string, templateId: string): Promise<number> {
    return Number((await this.#api.store.get(this.#key(openid, templateId))) ?? 0);
  }

  /** A message was sent. */
  async used(openid: string, templateId: string): Promise<void> {
    await this.#change(openid, templateId, (count) => Math.max(0, count - 1));
  }

  /** WeChat says that there is none. */
  async exhausted(openid: string, templateId: string): Promise<void> {
    await this.#change(openid, templateId, () => 0);
  }

  async #change(openid: string, templateId: string, next: (count: number) => number): Promise<void> {
    const key = this.#key(openid, templateId);
    const turn = (this.#turns.get(key) ?? Promise.resolve()).then(async () => {
      const count = next(Number((await this.#api.store.get(key)) ?? 0));
      if (count === 0) await this.#api.store.delete(key);
      else await this.#api.store.set(key, String(count), keptMs);
    });
    const settled = turn
      .catch(() => {})
      .finally(() => {
        if (this.#turns.get(key) === settled) this.#turns.delete(key);
      });
    this.#turns.set(key, settled);
    await turn;
  }

  #key(openid: string, templateId: string): string {
    return this.#api.key(`grants:${openid}:${templateId}`);
  }
}
