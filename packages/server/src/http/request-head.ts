import type { IncomingHttpHeaders } from 'node:http';

/** What is looked at of a request to decide on it, whoever has read it. */
export interface RequestHead {
  readonly method?: string | undefined;
  /** The path and the query. */
  readonly url?: string | undefined;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}
