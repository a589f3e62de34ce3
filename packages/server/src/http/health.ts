import type { IncomingMessage, ServerResponse } from 'node:http';
import { serverError } from '../errors.ts';

/** Where load balancers and orchestrators ask how the server is. */
export interface HealthPaths {
  /** Answered with 200 as long as the process serves: restart it when it does not. @defaultValue '/healthz' */
  readonly livePath?: string;
  /** Answered with 200, and with 503 from the beginning of a drain or a close: send nobody new then. @defaultValue '/readyz' */
  readonly readyPath?: string;
}

/** Answers at the health paths. */
export class Health {
  readonly #livePath: string;
  readonly #readyPath: string;
  readonly #isReady: () => boolean;

  /** @throws MH_SERVER_INVALID_OPTION */
  constructor({ livePath = '/healthz', readyPath = '/readyz' }: HealthPaths, isReady: () => boolean) {
    for (const path of [livePath, readyPath]) {
      if (path.startsWith('/') && !/[?#]/.test(path)) continue;
      throw serverError('MH_SERVER_INVALID_OPTION', `The path '${path}' must begin with a slash and have no query.`);
    }
    this.#livePath = livePath;
    this.#readyPath = readyPath;
    this.#isReady = isReady;
  }

  /** Answers a request for one of the paths; false leaves it to others. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const path = request.url?.split('?', 1)[0];
    if (path !== this.#livePath && path !== this.#readyPath) return false;
    request.resume();
    const isFine = path === this.#livePath || this.#isReady();
    const text = isFine ? 'ok\n' : 'draining\n';
    response.writeHead(request.method === 'GET' || request.method === 'HEAD' ? (isFine ? 200 : 503) : 405, {
      'Content-Type': 'text/plain',
      'Content-Length': text.length,
      'Cache-Control': 'no-store',
    });
    response.end(request.method === 'HEAD' ? undefined : text);
    return true;
  }
}
