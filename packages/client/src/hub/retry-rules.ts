import type { MinihubError } from '@minihub/protocol';

/** A connection that lasted this long, in milliseconds, makes the backoff begin anew; one that breaks at once does not. */
export const stableMs = 10_000;

// Nothing changes about these by trying again; see `adviseOnFailure`.
const finalCodes = /DOMAIN_NOT_LISTED|INVALID|SUBPROTOCOL|TOOLS|UNSUPPORTED/;

/**
 * WebSocket close codes after which a client is not to come back: protocol violations, 1008 (policy), and by a convention of
 * the field 3500 to 3999 and 4500 to 4999.
 */
const finalCloseCodes = /^(1002|1003|1007|1008|1010|[34][5-9]\d\d)$/;

/** Whether trying again makes no sense. A 401 or 403 is tried once more, with a new token. */
export function isFinal(error: MinihubError | undefined, closeCode: number | undefined, attempts: number): boolean {
  const code = error?.code ?? '';
  return finalCodes.test(code) || finalCloseCodes.test(`${closeCode}`) || (attempts > 0 && /UNAUTHORIZED/.test(code));
}

/** Attempts to reattach that may fail for a reason which could also be a refusal: browsers do not tell. */
const maxUnclearReattaches = 4;

/** Whether a reattach that has failed with `error` is to be tried again. */
export function mayReattach(
  error: MinihubError | undefined,
  reattaches: number,
  awayMs: number,
  windowMs: number,
): boolean {
  if (reattaches === 0) return true;
  const code = error?.code ?? '';
  if (/REFUSED/.test(code) || awayMs > windowMs) return false;
  return reattaches < maxUnclearReattaches || /TIMEOUT|SILENT|BACKGROUND/.test(code);
}

/** Milliseconds until the next reattach: the first at once, because the server's window is short. */
export function reattachDelay(reattaches: number, random: () => number): number {
  return reattaches === 0 ? 0 : Math.round(random() * Math.min(2_000, 250 * 2 ** reattaches));
}
