import { checkTemplateData, type TemplateData } from '../template-data.ts';
import { FakeError } from './fake-error.ts';

/** A subscribe message that the fake took. */
export interface SentMessage {
  readonly openid: string;
  readonly templateId: string;
  readonly data: TemplateData;
  readonly page: string | undefined;
  readonly state: string | undefined;
}

/** Templates, grants and messages, as WeChat keeps them. */
export class FakeMessages {
  /** What was taken, oldest first. */
  readonly sent: SentMessage[] = [];
  readonly #templates: ReadonlyMap<string, readonly string[]>;
  readonly #pages: ReadonlySet<string> | undefined;
  readonly #grants = new Map<string, number>();

  constructor(templates: Readonly<Record<string, readonly string[]>>, pages: readonly string[] | undefined) {
    this.#templates = new Map(Object.entries(templates));
    this.#pages = pages === undefined ? undefined : new Set(pages);
  }

  grant(openid: string, templateId: string, count: number): void {
    const key = `${openid} ${templateId}`;
    this.#grants.set(key, (this.#grants.get(key) ?? 0) + count);
  }

  grants(openid: string, templateId: string): number {
    return this.#grants.get(`${openid} ${templateId}`) ?? 0;
  }

  send(body: Record<string, unknown>, isUser: (openid: unknown) => boolean): object {
    const { touser: openid, template_id: templateId, page, data, miniprogram_state: state } = body;
    if (!isUser(openid)) throw new FakeError(40003, 'invalid openid');
    const fields = typeof templateId === 'string' ? this.#templates.get(templateId) : undefined;
    if (fields === undefined) throw new FakeError(40037, 'invalid template_id');
    const values = this.#valuesOf(fields, data);
    if (page !== undefined && !this.#isPage(page)) throw new FakeError(41030, 'invalid page');
    const key = `${openid} ${templateId}`;
    const left = this.#grants.get(key) ?? 0;
    if (left === 0) throw new FakeError(43101, 'user refuse to accept the msg');
    this.#grants.set(key, left - 1);
    this.sent.push({
      openid: openid as string,
      templateId: templateId as string,
      data: values,
      page: page as string | undefined,
      state: state as string | undefined,
    });
    return { msgid: 1_000_000 + this.sent.length };
  }

  #valuesOf(fields: readonly string[], data: unknown): TemplateData {
    const given = typeof data === 'object' && data !== null ? (data as Record<string, { value?: unknown }>) : {};
    const values: Record<string, string> = {};
    for (const field of fields) {
      const value = given[field]?.value;
      if (value === undefined || value === '')
        throw new FakeError(47003, `argument invalid! data.${field}.value is empty`);
      values[field] = String(value);
      try {
        checkTemplateData({ [field]: values[field] });
      } catch {
        throw new FakeError(47003, `argument invalid! data.${field}.value invalid`);
      }
    }
    return values;
  }

  #isPage(page: unknown): boolean {
    if (typeof page !== 'string' || page.startsWith('/')) return false;
    return this.#pages === undefined || this.#pages.has(page.split('?', 1)[0] as string);
  }
}
