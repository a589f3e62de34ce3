import { createPublicKey, createSecretKey, KeyObject, randomBytes } from 'node:crypto';
import { type JwtAlgorithm, type JwtAuthenticatorOptions, type JwtKey, jwtAuthenticator } from '@minihub/server/jwt';
import fc from 'fast-check';
import { exportPKCS8, exportSPKI, type JWTPayload } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSigningKey, nowSeconds, outcomeOf, type SigningKey, sign, signedWithText, unsigned } from './tokens.ts';

const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
const keys = new Map<string, SigningKey>();
const secret = randomBytes(32);

beforeAll(async () => {
  await Promise.all(algorithms.map(async (alg) => keys.set(alg, await createSigningKey(alg, 'k1'))));
});

const keyOf = (alg: string): SigningKey => keys.get(alg) as SigningKey;
const claims = { issuer: 'https://issuer.example', audience: 'chat' };
const withKey = (
  alg: (typeof algorithms)[number],
  options: Partial<JwtAuthenticatorOptions> = {},
): ReturnType<typeof jwtAuthenticator> =>
  jwtAuthenticator({ key: keyOf(alg).jwk as JwtKey, algorithms: [alg], ...claims, ...options });

const refusal = { code: 'MH_SERVER_UNAUTHORIZED', message: 'Unauthorized' };

describe('a token with a good signature', () => {
  it.each(algorithms)('of %s is accepted: the user, all claims, and when it ends', async (alg) => {
    const exp = nowSeconds() + 60;
    const { identity } = await outcomeOf(withKey(alg), await sign(keyOf(alg), { exp, role: 'admin' }));
    expect(identity).toMatchObject({ user: 'ada', claims: { role: 'admin', aud: 'chat' }, expiresAtMs: exp * 1_000 });
  });

  it.each<[string, JwtKey]>([
    ['bytes', secret],
    ['a KeyObject', createSecretKey(secret)],
    ['a text', { secret: secret.toString('hex') }],
  ])('of HS256 is accepted with %s as the secret', async (_, key) => {
    const authenticate = jwtAuthenticator({ key, algorithms: ['HS256'], ...claims });
    const bytes = key instanceof Object && 'secret' in key ? Buffer.from(key.secret ?? '') : secret;
    const token = await sign({ alg: 'HS256', privateKey: bytes });
    expect(await outcomeOf(authenticate, token)).toMatchObject({ identity: { user: 'ada' } });
  });

  it.each<[string, () => Promise<JwtKey>]>([
    ['PEM', () => exportSPKI(keyOf('RS256').publicKey)],
    ['a KeyObject', async () => KeyObject.from(keyOf('RS256').publicKey)],
    ['JWK', async () => keyOf('RS256').jwk as JwtKey],
  ])('is accepted with the public key as %s', async (_, toKey) => {
    const authenticate = jwtAuthenticator({ key: await toKey(), algorithms: ['RS256'], ...claims });
    expect(await outcomeOf(authenticate, await sign(keyOf('RS256')))).toMatchObject({ identity: { user: 'ada' } });
  });
});

describe('a token', () => {
  it.each<[string, JWTPayload, Partial<JwtAuthenticatorOptions>, string]>([
    ['has expired', { exp: nowSeconds() - 60 }, {}, 'ERR_JWT_EXPIRED'],
    ['is not good yet', { nbf: nowSeconds() + 60 }, {}, '"nbf"'],
    ['never ends', { exp: undefined } as unknown as JWTPayload, {}, '"exp"'],
    ['is for others', { aud: 'mail' }, {}, '"aud"'],
    ['is for nobody', { aud: undefined } as unknown as JWTPayload, {}, '"aud"'],
    ['is of another issuer', { iss: 'https://evil.example' }, {}, '"iss"'],
    ['is of no issuer', { iss: undefined } as unknown as JWTPayload, {}, '"iss"'],
    ['is not of the type', {}, { tokenType: 'at+jwt' }, '"typ"'],
    ['names nobody', { sub: undefined } as unknown as JWTPayload, {}, 'who the user is'],
    ['names an empty user', { sub: '' }, {}, 'who the user is'],
    ['names a user that is no name', { name: ['ada'] }, { userClaim: 'name' }, 'who the user is'],
    ['is asked for what every object has', {}, { userClaim: 'constructor' }, 'who the user is'],
  ])('that %s is refused, and only the log is told why', async (_, changed, options, why) => {
    const outcome = await outcomeOf(withKey('ES256', options), await sign(keyOf('ES256'), changed));
    expect(outcome).toMatchObject(refusal);
    expect(outcome.why).toContain(why);
  });

  it.each<[string, JWTPayload, Partial<JwtAuthenticatorOptions>, string]>([
    ['one of several audiences', { aud: ['mail', 'chat'] }, {}, 'ada'],
    ['one of several issuers', { iss: 'b' }, { issuer: ['a', 'b'] }, 'ada'],
    ['a claim of ours', { upn: 'ada@example.com' }, { userClaim: 'upn' }, 'ada@example.com'],
    ['a number', { uid: 42 }, { userClaim: 'uid' }, '42'],
    ['a function', { tid: 't1' }, { userClaim: ({ tid, sub }) => `${String(tid)}/${sub}` }, 't1/ada'],
    ['a clock that is a little late', { nbf: nowSeconds() + 3 }, {}, 'ada'],
    ['a larger tolerance', { exp: nowSeconds() - 60 }, { clockToleranceSeconds: 120 }, 'ada'],
    ['any issuer', { iss: 'x' }, { issuer: [], dangerouslyAllowAnyIssuer: true }, 'ada'],
    ['any audience', { aud: 'x' }, { audience: '', dangerouslyAllowAnyAudience: true }, 'ada'],
  ])('passes with %s', async (_, changed, options, user) => {
    const outcome = await outcomeOf(withKey('ES256', options), await sign(keyOf('ES256'), changed));
    expect(outcome).toMatchObject({ identity: { user } });
  });

  it('without an end passes where that is allowed, and then its identity has none', async () => {
    const token = await sign(keyOf('ES256'), { exp: undefined } as unknown as JWTPayload);
    const { identity } = await outcomeOf(withKey('ES256', { dangerouslyAllowNoExpiry: true }), token);
    expect(identity).toMatchObject({ user: 'ada' });
    expect(identity).not.toHaveProperty('expiresAtMs');
  });

  it('is needed, unless nobody is allowed too', async () => {
    expect(await outcomeOf(withKey('ES256'), undefined)).toMatchObject(refusal);
    const open = withKey('ES256', { allowAnonymous: true });
    expect(await outcomeOf(open, undefined)).toEqual({ identity: undefined });
    expect(await outcomeOf(open, 'wrong')).toMatchObject(refusal);
  });
});

describe('a forged token', () => {
  it.each(['none', 'None', 'NONE', ''])('of the algorithm %j is refused', async (alg) => {
    expect(await outcomeOf(withKey('RS256'), unsigned(alg))).toMatchObject(refusal);
  });

  it('that uses the public key as a secret is refused', async () => {
    const pem = await exportSPKI(keyOf('RS256').publicKey);
    const authenticate = jwtAuthenticator({ key: pem, algorithms: ['RS256'], ...claims });
    for (const text of [pem, pem.trim(), JSON.stringify(keyOf('RS256').jwk)]) {
      expect(await outcomeOf(authenticate, signedWithText(text))).toMatchObject(refusal);
    }
  });

  it('of an algorithm that the key could do but that is not accepted is refused', async () => {
    const { jwk } = keyOf('RS256');
    const { alg: _, ...anyAlgorithm } = jwk;
    const authenticate = jwtAuthenticator({ key: anyAlgorithm as JwtKey, algorithms: ['PS256'], ...claims });
    expect(await outcomeOf(authenticate, await sign(keyOf('RS256')))).toMatchObject(refusal);
  });

  it('of another key of the same kind is refused', async () => {
    const other = await createSigningKey('ES256', 'k1');
    expect(await outcomeOf(withKey('ES256'), await sign(other))).toMatchObject(refusal);
  });

  it('with a key of its own in the header is refused', async () => {
    const other = await createSigningKey('ES256', 'k1');
    expect(await outcomeOf(withKey('ES256'), await sign(other, {}, { jwk: other.jwk }))).toMatchObject(refusal);
  });

  it('is refused wherever a good one was changed, and no part of it is told', async () => {
    const token = await sign(keyOf('EdDSA'));
    const authenticate = withKey('EdDSA');
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...'AZaz09-_.=~ é'), async (at, letter) => {
        const changed = token.slice(0, at) + letter + token.slice(at + 1);
        const outcome = await outcomeOf(authenticate, changed);
        // The last letter of a base64url text has bits that mean nothing.
        if (outcome.identity !== undefined) {
          expect(changed === token || at === token.length - 1).toBe(true);
          return;
        }
        expect(outcome).toMatchObject(refusal);
        expect(outcome.why).not.toContain(changed.slice(0, 12));
      }),
      { numRuns: 300 },
    );
  });

  it('of any text at all is refused', async () => {
    const authenticate = withKey('ES256');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (token) => {
        expect(await outcomeOf(authenticate, token)).toMatchObject(refusal);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the options', () => {
  const create = (options: object): (() => unknown) => {
    return () => jwtAuthenticator(options as JwtAuthenticatorOptions);
  };
  const secretOptions = { key: secret, algorithms: ['HS256'], ...claims };

  it.each<[string, object, RegExp]>([
    ['no algorithms', { ...secretOptions, algorithms: [] }, /'algorithms' must name/],
    ['the algorithm none', { ...secretOptions, algorithms: ['none'] }, /'algorithms' has none/],
    ['an algorithm of every object', { ...secretOptions, algorithms: ['constructor'] }, /'algorithms' has constructor/],
    ['secrets and public keys mixed', { ...secretOptions, algorithms: ['HS256', 'RS256'] }, /must not mix/],
    ['no key', { ...secretOptions, key: undefined }, /either 'key' or 'jwksUrl'/],
    ['two sources of keys', { ...secretOptions, jwksUrl: 'https://a.example' }, /either 'key' or 'jwksUrl'/],
    ['no issuer', { ...secretOptions, issuer: undefined }, /'issuer' is missing/],
    ['an empty issuer', { ...secretOptions, issuer: '' }, /'issuer' is missing/],
    ['an empty list of issuers', { ...secretOptions, issuer: [] }, /'issuer' is missing/],
    ['no audience', { ...secretOptions, audience: undefined }, /'audience' is missing/],
    ['a short secret', { ...secretOptions, key: randomBytes(31) }, /at least 32 bytes/],
    ['a secret that is short for HS512', { ...secretOptions, algorithms: ['HS512'] }, /at least 64 bytes/],
    ['a secret as a bare text', { ...secretOptions, key: 'x'.repeat(64) }, /must be a public key/],
    ['a secret for public keys', { ...secretOptions, algorithms: ['RS256'] }, /is a secret/],
    ['a negative tolerance', { ...secretOptions, clockToleranceSeconds: -1 }, /'clockToleranceSeconds'/],
    ['a tolerance that is no number', { ...secretOptions, clockToleranceSeconds: '5m' }, /'clockToleranceSeconds'/],
    ['http from elsewhere', { jwksUrl: 'http://a.example/', algorithms: ['RS256'], ...claims }, /https address/],
    ['an address that is none', { jwksUrl: 'keys', algorithms: ['RS256'], ...claims }, /https address/],
    ['another scheme', { jwksUrl: 'file:///etc/passwd', algorithms: ['RS256'], ...claims }, /https address/],
    ['secrets from an address', { jwksUrl: 'https://a.example', algorithms: ['HS256'], ...claims }, /public keys/],
    [
      'no age of keys',
      { jwksUrl: 'https://a.example', algorithms: ['RS256'], ...claims, jwksMaxAgeSeconds: 0 },
      /'jwksMaxAgeSeconds'/,
    ],
  ])('refuse %s', (_, options, text) => {
    expect(create(options)).toThrow(expect.objectContaining({ code: 'MH_SERVER_INVALID_OPTION' }));
    expect(create(options)).toThrow(text);
  });

  it('refuse a private key, one of another kind, and never show the key', async () => {
    const pem = await exportPKCS8(keyOf('RS256').privateKey);
    const privateObject = KeyObject.from(keyOf('RS256').privateKey);
    expect(create({ key: privateObject, algorithms: ['RS256'], ...claims })).toThrow(/private key/);
    const wrong: [JwtKey, JwtAlgorithm][] = [
      [keyOf('RS256').jwk as JwtKey, 'ES256'],
      [keyOf('EdDSA').jwk as JwtKey, 'RS256'],
      [createPublicKey(pem), 'HS256'],
    ];
    for (const [key, alg] of wrong) {
      expect(create({ key, algorithms: [alg], ...claims })).toThrow(/does not use/);
    }
    expect(create({ key: pem.replace('MII', 'ZZZ'), algorithms: ['RS256'], ...claims })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('ZZZ') }),
    );
  });

  it('let http pass on this machine, and elsewhere where that is said', () => {
    const options = { algorithms: ['RS256'], ...claims };
    expect(create({ ...options, jwksUrl: 'http://127.0.0.1:1/keys' })).not.toThrow();
    expect(create({ ...options, jwksUrl: 'http://a.example/', dangerouslyAllowInsecureJwksUrl: true })).not.toThrow();
  });
});
