import { errors, type JWTPayload, jwtVerify } from 'jose';
import { unauthorized } from '../errors.ts';
import type { Authenticate, AuthenticateRequest, Identity } from '../http/connect-request.ts';
import { assertAlgorithms, invalid, isSymmetric, type JwtAlgorithm, type JwtKey, toKeyObject } from './jwt-key.ts';
import { RemoteKeys } from './remote-keys.ts';

export type { JwtAlgorithm, JwtKey };

/** The claims of a token that was verified. */
export type JwtClaims = Readonly<JWTPayload>;

/** What {@link jwtAuthenticator} takes: `key` or `jwksUrl`, `algorithms`, `issuer`, `audience`, and the rest at will. */
export interface JwtAuthenticatorOptions {
  /** The one key that verifies. Either this or `jwksUrl`. */
  readonly key?: JwtKey;
  /**
   * Where the issuer publishes its keys, a fixed address: no token has a say in it. Redirects are not followed.
   * Either this or `key`.
   */
  readonly jwksUrl?: string;
  /** The algorithms that are accepted; secrets (HS…) and public keys cannot be mixed. */
  readonly algorithms: readonly JwtAlgorithm[];
  /** Who must have issued the token (`iss`); of several, one of them. */
  readonly issuer?: string | readonly string[];
  /** For whom it must be (`aud`); of several, one of them. */
  readonly audience?: string | readonly string[];
  /** The claim with the user id, or how it is found. A token without one is refused. @defaultValue 'sub' */
  readonly userClaim?: string | ((claims: JwtClaims) => string | undefined);
  /** What `typ` in the header must be, for instance `at+jwt`. @defaultValue not checked */
  readonly tokenType?: string;
  /** How far the clocks may be apart, in seconds. Range 0 and up. @defaultValue 5 */
  readonly clockToleranceSeconds?: number;
  /** Lets requests without a token pass, as nobody. One with a wrong token is refused still. @defaultValue false */
  readonly allowAnonymous?: boolean;
  /** How long fetched keys are used before they are fetched again, in seconds. Range 1 and up. @defaultValue 600 */
  readonly jwksMaxAgeSeconds?: number;
  /**
   * How long beyond that they may be used while they cannot be fetched, in seconds; 0 turns it off.
   * @defaultValue 86_400
   */
  readonly jwksMaxStaleSeconds?: number;
  /** How long nothing is fetched after a fetch that failed or brought no such key, in seconds. @defaultValue 30 */
  readonly jwksCooldownSeconds?: number;
  /** How long a fetch may take, in seconds. Range above 0. @defaultValue 5 */
  readonly jwksTimeoutSeconds?: number;
  /** Accepts tokens of every issuer that the key verifies. @defaultValue false */
  readonly dangerouslyAllowAnyIssuer?: boolean;
  /** Accepts tokens that are meant for other services. @defaultValue false */
  readonly dangerouslyAllowAnyAudience?: boolean;
  /** Accepts tokens without `exp`, which are good for ever. @defaultValue false */
  readonly dangerouslyAllowNoExpiry?: boolean;
  /** Fetches keys over plain http from elsewhere than this machine: whoever is on the way can replace them. @defaultValue false */
  readonly dangerouslyAllowInsecureJwksUrl?: boolean;
}

/**
 * An `authenticate` hook that verifies JSON Web Tokens, with the package `jose`.
 *
 * A token that is missing or wrong is refused with 401, and the client is told nothing about why; the reason is in the
 * log (`requestRefused`), never the token. When the keys of `jwksUrl` cannot be fetched and none are known that
 * verify the token, the answer is 503. `exp` becomes the identity's `expiresAtMs`, all claims its `claims`.
 *
 * @example
 * createHubServer({
 *   authenticate: jwtAuthenticator({
 *     jwksUrl: 'https://login.example.com/.well-known/jwks.json',
 *     algorithms: ['RS256'],
 *     issuer: 'https://login.example.com/',
 *     audience: 'chat',
 *   }),
 * });
 * @throws MH_SERVER_INVALID_OPTION
 */
export function jwtAuthenticator(options: JwtAuthenticatorOptions): Authenticate {
  const { dangerouslyAllowNoExpiry, allowAnonymous = false } = options;
  const { issuer, audience } = checkClaims(options);
  assertAlgorithms(options.algorithms);
  const verify = verifierOf(options);
  const verifyOptions = {
    algorithms: [...options.algorithms],
    clockTolerance: numberOf(options, 'clockToleranceSeconds', 5, 0),
    requiredClaims: dangerouslyAllowNoExpiry ? [] : ['exp'],
    ...(issuer === undefined ? undefined : { issuer: [issuer].flat() }),
    ...(audience === undefined ? undefined : { audience: [audience].flat() }),
    ...(options.tokenType === undefined ? undefined : { typ: options.tokenType }),
  };
  const userOf = toUserOf(options.userClaim ?? 'sub');
  return async ({ token }: AuthenticateRequest): Promise<Identity | undefined> => {
    if (token === undefined) {
      if (allowAnonymous) return undefined;
      throw unauthorized(undefined, { cause: new Error('There is no token.') });
    }
    const claims = await verify(token, verifyOptions).catch(refuse);
    return toIdentity(claims, userOf(claims));
  };
}

type VerifyOptions = NonNullable<Parameters<typeof jwtVerify>[2]>;
type Verify = (token: string, verifyOptions: VerifyOptions) => Promise<JWTPayload>;

function verifierOf(options: JwtAuthenticatorOptions): Verify {
  const { key, jwksUrl, algorithms } = options;
  if ((key === undefined) === (jwksUrl === undefined)) throw invalid("Give either 'key' or 'jwksUrl'.");
  if (key !== undefined) {
    const keyObject = toKeyObject(key, algorithms);
    return async (token, verifyOptions) => (await jwtVerify(token, keyObject, verifyOptions)).payload;
  }
  if (algorithms.some(isSymmetric)) throw invalid("'jwksUrl' publishes public keys, which HS… does not use.");
  const remote = new RemoteKeys({
    url: jwksUrl ?? '',
    allowInsecureUrl: options.dangerouslyAllowInsecureJwksUrl ?? false,
    maxAgeSeconds: numberOf(options, 'jwksMaxAgeSeconds', 600, 1),
    maxStaleSeconds: numberOf(options, 'jwksMaxStaleSeconds', 86_400, 0),
    cooldownSeconds: numberOf(options, 'jwksCooldownSeconds', 30, 0),
    timeoutSeconds: numberOf(options, 'jwksTimeoutSeconds', 5, 0.001),
  });
  return async (token, verifyOptions) => (await jwtVerify(token, remote.find, verifyOptions)).payload;
}

/** jose's errors become 401. They carry the claims, so only their texts go on. */
function refuse(error: unknown): never {
  if (!(error instanceof errors.JOSEError)) throw error;
  throw unauthorized(undefined, { cause: new Error(`${error.code}: ${error.message}`) });
}

function toIdentity(claims: JWTPayload, user: string | undefined): Identity {
  if (user === undefined || user === '') {
    throw unauthorized(undefined, { cause: new Error('The token does not say who the user is.') });
  }
  return { user, claims, ...(claims.exp === undefined ? undefined : { expiresAtMs: claims.exp * 1_000 }) };
}

function toUserOf(
  userClaim: NonNullable<JwtAuthenticatorOptions['userClaim']>,
): (claims: JWTPayload) => string | undefined {
  if (typeof userClaim === 'function') return userClaim;
  return (claims) => {
    const user = Object.hasOwn(claims, userClaim) ? claims[userClaim] : undefined;
    return typeof user === 'number' ? String(user) : typeof user === 'string' ? user : undefined;
  };
}

function checkClaims(options: JwtAuthenticatorOptions): Pick<JwtAuthenticatorOptions, 'issuer' | 'audience'> {
  const { issuer, audience } = options;
  if (isEmpty(issuer) && options.dangerouslyAllowAnyIssuer !== true) {
    throw invalid("'issuer' is missing ('dangerouslyAllowAnyIssuer' turns the check off).");
  }
  if (isEmpty(audience) && options.dangerouslyAllowAnyAudience !== true) {
    throw invalid("'audience' is missing ('dangerouslyAllowAnyAudience' turns the check off).");
  }
  return {
    ...(issuer === undefined || isEmpty(issuer) ? undefined : { issuer }),
    ...(audience === undefined || isEmpty(audience) ? undefined : { audience }),
  };
}

function isEmpty(value: string | readonly string[] | undefined): boolean {
  return value === undefined || value.length === 0 || [value].flat().includes('');
}

type NumberOption =
  | 'clockToleranceSeconds'
  | 'jwksMaxAgeSeconds'
  | 'jwksMaxStaleSeconds'
  | 'jwksCooldownSeconds'
  | 'jwksTimeoutSeconds';

function numberOf(options: JwtAuthenticatorOptions, name: NumberOption, otherwise: number, lowest: number): number {
  const value = options[name] ?? otherwise;
  if (typeof value === 'number' && Number.isFinite(value) && value >= lowest) return value;
  throw invalid(`'${name}' must be a number from ${lowest} up, not ${value}.`);
}
