import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type ExportedJWKSCache,
  errors,
  type JWKSCacheInput,
  type JWTVerifyGetKey,
  jwksCache,
} from 'jose';
import { unavailable } from '../errors.ts';
import { invalid } from './jwt-key.ts';

/** How the keys of an issuer are fetched. Durations are in seconds. */
export interface RemoteKeysOptions {
  readonly url: string;
  readonly allowInsecureUrl: boolean;
  /** How long fetched keys are used before they are fetched again. */
  readonly maxAgeSeconds: number;
  /** How long they may be used beyond that while they cannot be fetched. */
  readonly maxStaleSeconds: number;
  /** How long nothing is fetched after a fetch, whether it failed or brought no such key. */
  readonly cooldownSeconds: number;
  readonly timeoutSeconds: number;
}

/**
 * The public keys of one issuer at one fixed address. The cache belongs to this object, and in it a key is found by id
 * and algorithm: what one issuer publishes can never verify what another one signs.
 *
 * No token decides what is fetched. While the address does not answer, keys that were fetched before go on being good
 * for a while; a token that needs another key then is neither accepted nor called wrong.
 * @see security-lessons.md, CVE-2026-32301, CVE-2026-49998
 */
export class RemoteKeys {
  readonly #options: RemoteKeysOptions;
  readonly #remote: ReturnType<typeof createRemoteJWKSet>;
  // jose keeps the time of the last fetch that brought keys in it.
  readonly #cache: Partial<ExportedJWKSCache> = {};
  #failure: { readonly atMs: number; readonly error: unknown } | undefined;

  /** @throws MH_SERVER_INVALID_OPTION */
  constructor(options: RemoteKeysOptions) {
    this.#options = options;
    this.#remote = createRemoteJWKSet(checkUrl(options), {
      cacheMaxAge: options.maxAgeSeconds * 1_000,
      cooldownDuration: options.cooldownSeconds * 1_000,
      timeoutDuration: options.timeoutSeconds * 1_000,
      [jwksCache]: this.#cache as JWKSCacheInput,
      [customFetch]: (url, init) => this.#fetch(url, init),
    });
  }

  /** Finds the key of a token. @throws MH_SERVER_UNAVAILABLE when it cannot be known, and jose's errors */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    try {
      return await this.#remote(header, token);
    } catch (error) {
      if (isVerdict(error)) throw error;
      if (error !== this.#failure?.error) this.#failure = { atMs: Date.now(), error };
      try {
        return await this.#staleKeys()(header, token);
      } catch {
        // Not among those that were known.
      }
      throw unavailable(undefined, { cause: new Error(`The keys at ${this.#options.url}: ${describe(error)}`) });
    }
  };

  #fetch(url: string, init: RequestInit): Promise<Response> {
    // Otherwise tokens with made-up key ids could have us knock at a closed door without end.
    const failure = this.#failure;
    if (failure !== undefined && Date.now() - failure.atMs < this.#options.cooldownSeconds * 1_000) {
      return Promise.reject(failure.error);
    }
    return fetch(url, init);
  }

  #staleKeys(): JWTVerifyGetKey {
    const { maxAgeSeconds, maxStaleSeconds } = this.#options;
    const ageMs = Date.now() - (this.#cache.uat ?? Number.NEGATIVE_INFINITY);
    const isGood = ageMs < (maxAgeSeconds + maxStaleSeconds) * 1_000;
    return createLocalJWKSet((isGood ? this.#cache.jwks : undefined) ?? { keys: [] });
  }
}

/** Whether the error says something about the token, and not about the fetch. */
function isVerdict(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

function describe(error: unknown): string {
  const { message, cause } = error as { readonly message?: string; readonly cause?: { readonly code?: string } };
  return cause?.code === undefined ? String(message) : `${message} (${cause.code})`;
}

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

function checkUrl({ url, allowInsecureUrl }: RemoteKeysOptions): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isSafe = parsed?.protocol === 'https:';
  const isAllowed = parsed?.protocol === 'http:' && (allowInsecureUrl || loopback.has(parsed.hostname));
  if (parsed === undefined || !(isSafe || isAllowed)) {
    throw invalid("'jwksUrl' must be an https address ('dangerouslyAllowInsecureJwksUrl' lets http pass).");
  }
  return parsed;
}
