import type { IncomingHttpHeaders } from 'node:http';
import { type ConnectRequest, withoutSecrets } from './connect-request.ts';
import type { RequestHead } from './request-head.ts';

/** Headers that have done what they are for: they prove who sends the request, or only speak of the upgrade. */
const spent: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'upgrade',
  'sec-websocket-key',
  'sec-websocket-version',
]);

/** What may be a secret in a query, in whatever case, written as it is or escaped. */
const mayHoldSecret = /[%_]|id=/i;

// Neither can be in a header.
const betweenHeaders = '\n';
const afterName = '\0';

/**
 * What a connection keeps of the request that opened it, for as long as it lives: the headers as one text, and the query
 * as it was written. Both are taken apart when somebody asks, which few do; kept as objects they would be the largest
 * part of an idle connection.
 */
export class KeptRequest implements ConnectRequest {
  readonly path: string;
  readonly remoteAddress: string | undefined;
  readonly #headers: string;
  readonly #query: string;
  #parsedHeaders: IncomingHttpHeaders | undefined;
  #parsedQuery: URLSearchParams | undefined;

  constructor(request: RequestHead, remoteAddress: string | undefined) {
    const target = request.url ?? '/';
    const mark = target.indexOf('?');
    this.path = mark < 0 ? target : flat(target.slice(0, mark));
    this.remoteAddress = remoteAddress;
    this.#query = mark < 0 ? '' : cleared(target.slice(mark + 1));
    this.#headers = pack(request.headers);
  }

  get query(): URLSearchParams {
    this.#parsedQuery ??= new URLSearchParams(this.#query);
    return this.#parsedQuery;
  }

  get headers(): IncomingHttpHeaders {
    this.#parsedHeaders ??= unpack(this.#headers);
    return this.#parsedHeaders;
  }
}

/** The query without the tokens: what is kept holds no secret, shown or not. */
function cleared(query: string): string {
  return mayHoldSecret.test(query) ? withoutSecrets(new URLSearchParams(query)).toString() : query;
}

function pack(headers: IncomingHttpHeaders): string {
  let text = '';
  for (const name in headers) {
    if (spent.has(name)) continue;
    const value = headers[name];
    // The one header that Node gives as a list has no place in a request; it is kept as a list would be written.
    text += `${name}${afterName}${Array.isArray(value) ? value.join(', ') : value}${betweenHeaders}`;
  }
  return flat(text);
}

/** A string of its own: a joined one would keep its pieces, and a part the whole, tokens and all. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

function unpack(text: string): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {};
  for (const line of text.split(betweenHeaders)) {
    const end = line.indexOf(afterName);
    if (end > 0) headers[line.slice(0, end)] = line.slice(end + 1);
  }
  return headers;
}
