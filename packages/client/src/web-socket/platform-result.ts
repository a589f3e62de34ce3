/** What platforms pass to callbacks: WeChat and its clones `errMsg`, Alipay `errorMessage` with a number in `error`. */
export interface PlatformResult {
  readonly errMsg?: string;
  readonly errorMessage?: string;
  readonly error?: number;
}

/** The callbacks that every call of a platform takes. */
export interface PlatformCallbacks {
  success?(result: PlatformResult): void;
  fail?(result: PlatformResult): void;
  complete?(result: PlatformResult): void;
}

/** The platform's words: a text, or the member of a result or a thrown value that they are in. */
export function failureText(result: unknown, fallback = 'fail'): string {
  const { errMsg, errorMessage, message } = Object(result) as { readonly [name: string]: unknown };
  return typeof result === 'string' ? result : ''.concat((errMsg || errorMessage || message || fallback) as string);
}

export function nothing(): void {}
