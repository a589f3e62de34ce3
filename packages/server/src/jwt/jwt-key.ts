import { createPublicKey, createSecretKey, KeyObject } from 'node:crypto';
import { serverError } from '../errors.ts';

/** The algorithms of signatures that are known. `none` is not one. */
const hashBytes = {
  HS256: 32,
  HS384: 48,
  HS512: 64,
  RS256: 0,
  RS384: 0,
  RS512: 0,
  PS256: 0,
  PS384: 0,
  PS512: 0,
  ES256: 0,
  ES384: 0,
  ES512: 0,
  EdDSA: 0,
  Ed25519: 0,
} as const;

/** An algorithm of signatures. @see RFC 7518, 3.1 */
export type JwtAlgorithm = keyof typeof hashBytes;

/**
 * A key that verifies tokens: a public key as PEM, as JWK or as `KeyObject`; or a secret, as bytes, as `KeyObject`, or as
 * `{ secret: 'text' }`. A bare text is a PEM and never a secret, so that neither can be taken for the other.
 */
export type JwtKey =
  | string
  | Uint8Array
  | KeyObject
  | { readonly secret: string | undefined }
  | { readonly kty: string };

/**
 * A key in the one form in which it is used.
 * @throws MH_SERVER_INVALID_OPTION for a key that is none, or that does not fit the algorithms
 */
export function toKeyObject(key: JwtKey, algorithms: readonly JwtAlgorithm[]): KeyObject {
  const keyObject = parse(key);
  if (keyObject.type === 'private') throw invalid("'key' is a private key: verifying needs the public one.");
  for (const algorithm of algorithms) assertFits(keyObject, algorithm);
  return keyObject;
}

/** Refuses lists that are empty, unknown or mixed. @throws MH_SERVER_INVALID_OPTION */
export function assertAlgorithms(algorithms: readonly JwtAlgorithm[]): void {
  if (!Array.isArray(algorithms) || algorithms.length === 0) throw invalid("'algorithms' must name at least one.");
  const unknown = algorithms.filter((name) => !Object.hasOwn(hashBytes, name));
  if (unknown.length > 0) {
    throw invalid(`'algorithms' has ${unknown.join(', ')}. There are: ${Object.keys(hashBytes).join(', ')}.`);
  }
  // Whoever accepts both lets anybody sign with the public key as the secret.
  if (algorithms.some(isSymmetric) && !algorithms.every(isSymmetric)) {
    throw invalid("'algorithms' must not mix secrets (HS…) and public keys.");
  }
}

/** Whether tokens of this algorithm are signed with a shared secret. */
export function isSymmetric(algorithm: JwtAlgorithm): boolean {
  return hashBytes[algorithm] > 0;
}

/** An error of the options. */
export function invalid(text: string): Error {
  return serverError('MH_SERVER_INVALID_OPTION', text);
}

function parse(key: JwtKey): KeyObject {
  try {
    if (key instanceof KeyObject) return key;
    if (key instanceof Uint8Array) return createSecretKey(key);
    if (typeof key === 'string') return createPublicKey(key);
    if ('secret' in key) return createSecretKey(key.secret ?? '', 'utf8');
    return createPublicKey({ key: { ...key }, format: 'jwk' });
  } catch {
    // The reason of OpenSSL may show the key.
    throw invalid("'key' must be a public key (PEM, JWK, KeyObject) or a secret (bytes, KeyObject, { secret }).");
  }
}

function assertFits(key: KeyObject, algorithm: JwtAlgorithm): void {
  if (isSymmetric(algorithm) !== (key.type === 'secret')) {
    throw invalid(`'key' is ${key.type === 'secret' ? 'a secret' : 'a public key'}, which ${algorithm} does not use.`);
  }
  const least = hashBytes[algorithm];
  if (key.type === 'secret' && (key.symmetricKeySize ?? 0) < least) {
    throw invalid(`The secret must have at least ${least} bytes for ${algorithm} (RFC 7518, 3.2).`);
  }
  if (key.type === 'public' && key.asymmetricKeyType !== keyTypeOf(algorithm)) {
    throw invalid(`'key' is of type ${key.asymmetricKeyType}, which ${algorithm} does not use.`);
  }
}

function keyTypeOf(algorithm: JwtAlgorithm): string {
  if (algorithm.startsWith('ES')) return 'ec';
  return algorithm.startsWith('Ed') ? 'ed25519' : 'rsa';
}
