import { MinihubError } from '@minihub/server';
import { errcodes, type WechatErrorCode } from './errcodes.ts';

/** An error of this package. */
export type WechatError = MinihubError<WechatErrorCode>;

/** Makes a {@link WechatError}. */
export function wechatError(code: WechatErrorCode, message: string, cause?: unknown): WechatError {
  return cause === undefined ? new MinihubError(code, message) : new MinihubError(code, message, { cause });
}

/** WeChat answered with an `errcode`. The message holds its `errmsg`, with the `rid` that its support asks for. */
export class WechatApiError extends MinihubError<WechatErrorCode> {
  /** The number that WeChat gave. */
  readonly errcode: number;

  /** @param operation what was tried, in words that hold no secret */
  constructor(operation: string, errcode: number, errmsg: string) {
    super(errcodes[errcode]?.code ?? 'MH_WECHAT_UNKNOWN', `${operation}: ${errcode} ${errmsg}`);
    this.name = 'WechatApiError';
    this.errcode = errcode;
  }
}
