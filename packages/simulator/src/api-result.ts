/** The result that every callback of WeChat gets. */
export interface ApiResult {
  errMsg: string;
}

/** The three callbacks of every call of WeChat. */
export interface ApiCallbacks<Result extends object = object> {
  success?: (result: Result & ApiResult) => void;
  fail?: (result: ApiResult) => void;
  complete?: (result: ApiResult) => void;
}

/** Reports the outcome of a call: success or fail, then complete. */
export function settle<Result extends object>(
  callbacks: ApiCallbacks<Result>,
  result: (Result & ApiResult) | ApiResult,
): void {
  if (/:fail\b/.test(result.errMsg)) callbacks.fail?.(result);
  else callbacks.success?.(result as Result & ApiResult);
  callbacks.complete?.(result);
}
