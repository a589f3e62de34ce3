/**
 * Whom a message is for: plain data, so that a backplane can carry it to other nodes.
 * `except` are connection ids.
 */
export type Target =
  | { readonly kind: 'all'; readonly except?: ReadonlySet<string> }
  | { readonly kind: 'connections'; readonly ids: readonly string[] }
  | { readonly kind: 'groups'; readonly names: readonly string[]; readonly except?: ReadonlySet<string> }
  | { readonly kind: 'users'; readonly users: readonly string[] }
  | {
      readonly kind: 'any';
      readonly names: readonly string[];
      readonly users: readonly string[];
      readonly ids: readonly string[];
      readonly except?: ReadonlySet<string>;
    };
