import { createHmac, type KeyObject } from 'node:crypto';
import type { AuthenticateRequest, Identity } from '@minihub/server';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** A key pair with its public half as others see it. */
export interface SigningKey {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

/** Makes a key pair. */
export async function createSigningKey(alg: string, kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** Seconds since 1970. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}

/** What a good token says. */
export function goodClaims(): JWTPayload {
  return { sub: 'ada', iss: 'https://issuer.example', aud: 'chat', exp: nowSeconds() + 600 };
}

/** Signs a token; claims that are `undefined` are left out. */
export function sign(
  key:
    | Pick<SigningKey, 'alg' | 'kid' | 'privateKey'>
    | { alg: string; kid?: string; privateKey: KeyObject | Uint8Array },
  claims: JWTPayload = {},
  header: Record<string, unknown> = {},
): Promise<string> {
  const all = Object.fromEntries(Object.entries({ ...goodClaims(), ...claims }).filter(([, v]) => v !== undefined));
  return new SignJWT(all).setProtectedHeader({ alg: key.alg, kid: key.kid ?? 'k1', ...header }).sign(key.privateKey);
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token that claims to need no signature. */
export function unsigned(alg: string, claims: JWTPayload = goodClaims()): string {
  return `${part({ alg })}.${part(claims)}.`;
}

/** A token that is signed with a text as the secret, whatever that is: how a public key is abused. */
export function signedWithText(secret: string): string {
  const body = `${part({ alg: 'HS256' })}.${part(goodClaims())}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

/** What the hook says to a token: the identity, or the code of the error and its cause's text. */
export async function outcomeOf(
  authenticate: (request: AuthenticateRequest) => Identity | undefined | Promise<Identity | undefined>,
  token: string | undefined,
): Promise<{ identity?: Identity | undefined; code?: string; message?: string; why?: string }> {
  const request = {
    token,
    path: '/hub',
    query: new URLSearchParams(),
    headers: {},
    remoteAddress: undefined,
    incoming: undefined,
  };
  try {
    return { identity: await authenticate(request) };
  } catch (error) {
    const { code, message, cause } = error as { code: string; message: string; cause?: Error };
    return { code, message, ...(cause === undefined ? undefined : { why: cause.message }) };
  }
}
