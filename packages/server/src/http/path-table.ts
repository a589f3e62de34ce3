import { serverError } from '../errors.ts';
import type { Endpoint, EndpointAction } from './endpoint.ts';

/** What a request path leads to. */
export interface Route {
  readonly endpoint: Endpoint;
  readonly action: EndpointAction;
}

/**
 * The paths of the mapped endpoints. They match as in ASP.NET's routing: whatever the case, with or without a slash
 * at the end, percent-encoded or not. @see signalr.md 1.0
 */
export class PathTable {
  readonly #routes = new Map<string, Route>();

  /** @throws MH_SERVER_INVALID_OPTION, MH_SERVER_PATH_TAKEN */
  add(path: string, endpoint: Endpoint): void {
    if (!path.startsWith('/') || /[?#]/.test(path)) {
      throw serverError('MH_SERVER_INVALID_OPTION', `The path '${path}' must begin with a slash and have no query.`);
    }
    const root = normalizePath(path);
    const negotiate = `${root}/negotiate`;
    const refresh = `${root}/refresh`;
    if ([root, negotiate, refresh].some((taken) => this.#routes.has(taken))) {
      throw serverError('MH_SERVER_PATH_TAKEN', `Another endpoint is mapped at '${path}'.`);
    }
    this.#routes.set(root, { endpoint, action: 'connect' });
    this.#routes.set(negotiate, { endpoint, action: 'negotiate' });
    this.#routes.set(refresh, { endpoint, action: 'refresh' });
  }

  /** The route of a request target (path and query), if it is one of ours. */
  find(target: string | undefined): Route | undefined {
    if (target === undefined) return undefined;
    const path = target.startsWith('/') ? target : target.replace(authority, '');
    const end = path.search(/[?#]/);
    return this.#routes.get(normalizePath(end < 0 ? path : path.slice(0, end)));
  }
}

/** What comes before the path where a request names the whole address, as to a proxy. @see RFC 9112, 3.2.2 */
const authority = /^https?:\/\/[^/?#]*/i;

const slash = 0x2f;

/** The one form of all paths that lead to the same place: lower case, decoded, without slashes at the end. */
export function normalizePath(path: string): string {
  const plain = path.includes('%') ? decode(path) : path;
  // Not /\/+$/, which is quadratic for a path of nothing but slashes and one letter.
  let end = plain.length;
  while (end > 0 && plain.charCodeAt(end - 1) === slash) end--;
  return plain.slice(0, end).toLowerCase();
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // Not percent-encoding: such a path matches as it is written, or not at all.
    return path;
  }
}
