import { HubError, type HubFilter, type HubInvocation } from '@minihub/server';
import { wechatError } from './errors.ts';
import { toApi, type WechatApi, type WechatAppOptions } from './wechat-api.ts';

/** What WeChat thinks of a text. */
export type ContentSuggestion = 'pass' | 'review' | 'risky';

/** Where a text will be seen: 1 profile, 2 comment, 3 forum, 4 social log. */
export type ContentScene = 1 | 2 | 3 | 4;

/** The texts of a call that are to be checked. */
export type TextsOf = (invocation: HubInvocation) => readonly string[];

/** What {@link contentCheck} takes. */
export interface ContentCheckOptions {
  /** The methods whose texts are checked: `true` for all arguments that are texts, or a function that picks them. */
  readonly methods: Readonly<Record<string, true | TextsOf>>;
  /** @defaultValue 2 (comment) */
  readonly scene?: ContentScene;
  /** What happens to a text that a person should look at. @defaultValue 'refuse' */
  readonly onReview?: 'allow' | 'refuse';
  /** What happens when the check itself fails: WeChat is down, a quota is used up. @defaultValue 'refuse' */
  readonly onFailure?: 'allow' | 'refuse';
  /** What the caller is told. @defaultValue '内容未通过安全检查。 · The text did not pass the content check.' */
  readonly refusal?: string;
  /** Hears of checks that failed. @defaultValue nobody */
  readonly onError?: (error: unknown, method: string) => void;
}

/** `msg_sec_check` takes so many characters at once. */
const maxCharacters = 2_500;

const defaultRefusal = '内容未通过安全检查。 · The text did not pass the content check.';

const gravity: Readonly<Record<ContentSuggestion, number>> = { pass: 0, review: 1, risky: 2 };

/**
 * Has WeChat check a text (`msg_sec_check`, version 2): the verdict is in `result.suggest`, not in the `errcode`. The
 * user must have been in the mini program in the last two hours.
 * @throws MH_WECHAT_USER_INACTIVE, MH_WECHAT_OPENID, MH_WECHAT_QUOTA, MH_WECHAT_UNREACHABLE
 */
export async function checkContent(
  api: WechatApi,
  about: { readonly openid: string; readonly text: string; readonly scene?: ContentScene },
): Promise<ContentSuggestion> {
  const { openid, text, scene = 2 } = about;
  let worst: ContentSuggestion = 'pass';
  for (const content of piecesOf(text)) {
    const answer = await api.post('/wxa/msg_sec_check', { version: 2, openid, scene, content });
    const suggestion = (answer.result as { suggest?: unknown } | undefined)?.suggest;
    if (suggestion !== 'pass' && suggestion !== 'review' && suggestion !== 'risky') {
      throw wechatError('MH_WECHAT_UNREACHABLE', '/wxa/msg_sec_check: the answer has no `result.suggest`.');
    }
    if (gravity[suggestion] > gravity[worst]) worst = suggestion;
  }
  return worst;
}

/** Pieces that may be checked at once, cut between characters; nothing for a text that is blank. */
function piecesOf(text: string): string[] {
  if (text.trim() === '') return [];
  const characters = [...text];
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += maxCharacters) {
    pieces.push(characters.slice(at, at + maxCharacters).join(''));
  }
  return pieces;
}

/** The openid of a call: WeChat's login puts it into the claims. */
function openidOf({ context }: HubInvocation): string {
  const openid = context.connection.identity?.claims?.openid;
  return typeof openid === 'string' ? openid : (context.user ?? '');
}

/**
 * A filter that has WeChat check the texts of chosen hub methods, and refuses what does not pass.
 * @throws MH_WECHAT_INVALID_OPTION when no method is chosen
 * @example createHubServer({ filters: [contentCheck({ api: login.api, methods: { say: true } })] })
 */
export function contentCheck(
  options: ContentCheckOptions & (WechatAppOptions | { readonly api: WechatApi }),
): HubFilter {
  const api = toApi(options);
  const { methods, scene = 2, onReview = 'refuse', onFailure = 'refuse', refusal = defaultRefusal, onError } = options;
  const chosen = new Map(Object.entries(methods).map(([name, texts]) => [name.toLowerCase(), texts]));
  if (chosen.size === 0) throw wechatError('MH_WECHAT_INVALID_OPTION', "'methods' must name the methods to check.");

  const isAllowed = async (invocation: HubInvocation, texts: readonly string[]): Promise<boolean> => {
    try {
      for (const text of texts) {
        const suggestion = await checkContent(api, { openid: openidOf(invocation), text, scene });
        if (suggestion === 'risky' || (suggestion === 'review' && onReview === 'refuse')) return false;
      }
      return true;
    } catch (error) {
      onError?.(error, invocation.method);
      return onFailure === 'allow';
    }
  };

  return {
    async invoke(invocation, next) {
      const texts = chosen.get(invocation.method.toLowerCase());
      if (texts === undefined) return next();
      const picked =
        texts === true ? invocation.arguments.filter((value) => typeof value === 'string') : texts(invocation);
      if (!(await isAllowed(invocation, picked))) throw new HubError(refusal, { typeName: 'ContentRefused' });
      return next();
    },
  };
}
