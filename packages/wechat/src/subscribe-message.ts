import { WechatApiError } from './errors.ts';
import { checkTemplateData, type TemplateData } from './template-data.ts';
import type { WechatApi } from './wechat-api.ts';

/** A subscribe message, but for whom it is. Made by {@link subscribeMessage}. */
export interface SubscribeMessage {
  readonly templateId: string;
  readonly data: TemplateData;
  /** The page that a tap opens, with its query: `pages/room/room?id=7`. Absent: a tap opens nothing. */
  readonly page?: string;
  /** Which version of the mini program a tap opens. @defaultValue 'formal' */
  readonly state?: 'developer' | 'trial' | 'formal';
  /** @defaultValue 'zh_CN' */
  readonly lang?: 'zh_CN' | 'en_US' | 'zh_HK' | 'zh_TW';
}

/**
 * A message of a template that the user may have agreed to.
 * @throws MH_WECHAT_ARGUMENT when a value does not fit the kind that its name begins with
 * @example subscribeMessage('tmpl…', { thing1: toThing(text), time2: '18:30' }, 'pages/room/room?id=7')
 */
export function subscribeMessage(
  templateId: string,
  data: TemplateData,
  page?: string | Pick<SubscribeMessage, 'page' | 'state' | 'lang'>,
): SubscribeMessage {
  checkTemplateData(data);
  const more = typeof page === 'string' ? { page } : page;
  return { templateId, data, ...more };
}

/** How sending one went. */
export type SubscribeOutcome =
  | { readonly status: 'sent'; readonly messageId: string | undefined }
  /** The user has not agreed, or no more: ask again with `wx.requestSubscribeMessage`. */
  | { readonly status: 'not-subscribed'; readonly error: WechatApiError }
  /** A quota of the app or the interface is used up. */
  | { readonly status: 'quota'; readonly error: WechatApiError }
  /** Anything else that WeChat said: a wrong template, page, value, credentials. */
  | { readonly status: 'refused'; readonly error: WechatApiError };

/**
 * Sends a subscribe message. What WeChat says of it is a result; only what kept it from saying anything is an error.
 * @throws MH_WECHAT_UNREACHABLE
 */
export async function sendSubscribeMessage(
  api: WechatApi,
  openid: string,
  message: SubscribeMessage,
): Promise<SubscribeOutcome> {
  const { templateId, data, page, state, lang } = message;
  const values = Object.entries(data).map(([name, value]) => [name, { value: String(value) }]);
  try {
    const answer = await api.post('/cgi-bin/message/subscribe/send', {
      touser: openid,
      template_id: templateId,
      data: Object.fromEntries(values),
      ...(page === undefined ? undefined : { page }),
      ...(state === undefined ? undefined : { miniprogram_state: state }),
      ...(lang === undefined ? undefined : { lang }),
    });
    return { status: 'sent', messageId: answer.msgid === undefined ? undefined : String(answer.msgid) };
  } catch (error) {
    if (!(error instanceof WechatApiError)) throw error;
    if (error.code === 'MH_WECHAT_NOT_SUBSCRIBED') return { status: 'not-subscribed', error };
    if (error.code === 'MH_WECHAT_QUOTA') return { status: 'quota', error };
    return { status: 'refused', error };
  }
}
