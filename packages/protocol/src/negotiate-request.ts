/** The values of a negotiate query that matter; `undefined` when absent. */
export interface NegotiateQuery {
  readonly negotiateVersion?: string | undefined;
  readonly useStatefulReconnect?: string | undefined;
}

/** What the endpoint allows. */
export interface NegotiateRules {
  /** The lowest negotiate version that is accepted; 0 or 1. @defaultValue 0 */
  readonly minimumVersion?: number;
  /** Whether stateful reconnect may be negotiated; if not, the wish is ignored. @defaultValue false */
  readonly allowStatefulReconnects?: boolean;
}

/** How a negotiate request is to be answered: in which version, or with which error. */
export type NegotiateDecision =
  | { readonly kind: 'accept'; readonly version: 0 | 1; readonly useStatefulReconnect: boolean }
  | { readonly kind: 'error'; readonly error: string };

const highestVersion = 1;
const int32Limit = 0x8000_0000;

/**
 * Decides on a negotiate request.
 * @see signalr.md 1.1
 * @example
 * decideNegotiate({ negotiateVersion: '1' }); // { kind: 'accept', version: 1, useStatefulReconnect: false }
 */
export function decideNegotiate(query: NegotiateQuery, rules: NegotiateRules = {}): NegotiateDecision {
  const version = query.negotiateVersion === undefined ? 0 : toInt32(query.negotiateVersion);
  if (version === undefined) {
    return { kind: 'error', error: `The client requested an invalid protocol version '${query.negotiateVersion}'` };
  }
  if (version < (rules.minimumVersion ?? 0)) {
    const error = `The client requested version '${version}', but the server does not support this version.`;
    return { kind: 'error', error };
  }
  const asked = query.useStatefulReconnect?.trim().toLowerCase() === 'true';
  return {
    kind: 'accept',
    version: version >= highestVersion ? 1 : 0,
    useStatefulReconnect: asked && rules.allowStatefulReconnects === true,
  };
}

/**
 * The first value of a query parameter whose name is `name`, upper or lower case: ASP.NET reads names so.
 * `entries` is a `URLSearchParams`, or any list of pairs.
 */
export function findQueryValue(entries: Iterable<readonly [string, string]>, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [key, value] of entries) if (key.toLowerCase() === wanted) return value;
  return undefined;
}

/** An integer as .NET parses one: a sign and spaces around are allowed, and it must fit 32 bits. */
function toInt32(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^[+-]?\d+$/.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return value >= -int32Limit && value < int32Limit ? value : undefined;
}
