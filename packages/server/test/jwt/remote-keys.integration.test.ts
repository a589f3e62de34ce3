import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type JwtAuthenticatorOptions, jwtAuthenticator } from '@minihub/server/jwt';
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSigningKey, outcomeOf, type SigningKey, sign } from './tokens.ts';

let first: SigningKey;
let second: SigningKey;

beforeAll(async () => {
  [first, second] = await Promise.all([createSigningKey('RS256', 'k1'), createSigningKey('RS256', 'k2')]);
});

afterEach(() => {
  vi.useRealTimers();
});

/** An issuer that publishes its keys on the loopback interface. */
class Issuer {
  keys: readonly SigningKey[];
  /** What it does instead of publishing. */
  trouble: 'none' | 'status' | 'html' | 'redirect' | 'cut' = 'none';
  fetches = 0;
  readonly #server: Server;

  private constructor(keys: readonly SigningKey[]) {
    this.keys = keys;
    this.#server = createServer((request, response) => {
      this.fetches++;
      if (this.trouble === 'cut') request.socket.destroy();
      else if (this.trouble === 'status') response.writeHead(500).end();
      else if (this.trouble === 'html') response.end('<html>');
      else if (this.trouble === 'redirect') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
      else response.end(JSON.stringify({ keys: this.keys.map(({ jwk }) => jwk) }));
    });
  }

  static async start(...keys: readonly SigningKey[]): Promise<Issuer> {
    const issuer = new Issuer(keys);
    await new Promise<void>((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      issuer.#server.close();
      issuer.#server.closeAllConnections();
    });
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/jwks`;
  }

  authenticator(options: Partial<JwtAuthenticatorOptions> = {}): ReturnType<typeof jwtAuthenticator> {
    return jwtAuthenticator({
      jwksUrl: this.url,
      algorithms: ['RS256'],
      issuer: 'https://issuer.example',
      audience: 'chat',
      ...options,
    });
  }
}

/** Time that stands still until it is told: only the date, the sockets go on. */
function turnableDate(): { advance(seconds: number): void } {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  return { advance: (seconds) => vi.setSystemTime(Date.now() + seconds * 1_000) };
}

const accepted = { identity: { user: 'ada' } };
const refused = { code: 'MH_SERVER_UNAUTHORIZED', message: 'Unauthorized' };
const unavailable = { code: 'MH_SERVER_UNAVAILABLE', message: 'Authentication is not available.' };

describe('keys from an address', () => {
  it('are fetched once for many tokens, at once and later', async () => {
    const issuer = await Issuer.start(first);
    const authenticate = issuer.authenticator();
    expect(issuer.fetches).toBe(0);
    const token = await sign(first);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcomeOf(authenticate, token)));
    for (const outcome of outcomes) expect(outcome).toMatchObject(accepted);
    expect(await outcomeOf(authenticate, token)).toMatchObject(accepted);
    expect(issuer.fetches).toBe(1);
  });

  it('are fetched again for a key that was published since, and the one that was withdrawn is good no more', async () => {
    const date = turnableDate();
    const issuer = await Issuer.start(first);
    const authenticate = issuer.authenticator();
    await outcomeOf(authenticate, await sign(first));
    issuer.keys = [second];
    date.advance(31);
    expect(await outcomeOf(authenticate, await sign(second))).toMatchObject(accepted);
    expect(await outcomeOf(authenticate, await sign(first))).toMatchObject(refused);
  });

  it('are not fetched again and again for key ids that do not exist', async () => {
    const issuer = await Issuer.start(first);
    const authenticate = issuer.authenticator();
    for (let n = 0; n < 20; n++) {
      expect(await outcomeOf(authenticate, await sign({ ...first, kid: `made-up-${n}` }))).toMatchObject(refused);
    }
    expect(issuer.fetches).toBe(1);
  });

  it('of the same id are told apart: by issuer, and by algorithm', async () => {
    const [mine, theirs] = [await Issuer.start(first), await Issuer.start({ ...second, kid: 'k1' })];
    const impostor = await createSigningKey('RS256', 'k1');
    theirs.keys = [impostor];
    const [a, b] = [mine.authenticator(), theirs.authenticator()];
    expect(await outcomeOf(b, await sign(impostor))).toMatchObject(accepted);
    expect(await outcomeOf(a, await sign(impostor))).toMatchObject(refused);
    expect(await outcomeOf(a, await sign(first))).toMatchObject(accepted);
    const elliptic = await createSigningKey('ES256', 'k1');
    mine.keys = [first, elliptic];
    const both = mine.authenticator({ algorithms: ['RS256', 'ES256'] });
    expect(await outcomeOf(both, await sign(first))).toMatchObject(accepted);
    expect(await outcomeOf(both, await sign(elliptic))).toMatchObject(accepted);
    expect(await outcomeOf(a, await sign(elliptic))).toMatchObject(refused);
  });

  it('never come from where a token says', async () => {
    const [issuer, evil] = [await Issuer.start(first), await Issuer.start(second)];
    const token = await sign(second, { iss: evil.url }, { jku: evil.url, x5u: evil.url, kid: evil.url });
    expect(await outcomeOf(issuer.authenticator(), token)).toMatchObject(refused);
    expect(evil.fetches).toBe(0);
  });

  it('are not even asked for when the algorithm is not accepted', async () => {
    const issuer = await Issuer.start(first);
    expect(await outcomeOf(issuer.authenticator({ algorithms: ['ES256'] }), await sign(first))).toMatchObject(refused);
    expect(issuer.fetches).toBe(0);
  });
});

describe('while the address does not answer', () => {
  it.each(['status', 'html', 'redirect', 'cut'] as const)(
    'with %s, and no keys are known, tokens are neither good nor wrong; it is not asked again at once',
    async (trouble) => {
      const date = turnableDate();
      const issuer = await Issuer.start(first);
      issuer.trouble = trouble;
      const authenticate = issuer.authenticator();
      const token = await sign(first);
      const outcome = await outcomeOf(authenticate, token);
      expect(outcome).toMatchObject(unavailable);
      expect(outcome.why).toContain(issuer.url);
      for (let n = 0; n < 5; n++) expect(await outcomeOf(authenticate, token)).toMatchObject(unavailable);
      expect(issuer.fetches).toBe(1);
      issuer.trouble = 'none';
      date.advance(31);
      expect(await outcomeOf(authenticate, token)).toMatchObject(accepted);
    },
  );

  it('keys that are known go on being good, for as long as that is allowed', async () => {
    const date = turnableDate();
    const issuer = await Issuer.start(first);
    const authenticate = issuer.authenticator({ jwksMaxAgeSeconds: 60, jwksMaxStaleSeconds: 300 });
    const token = await sign(first, { exp: Math.floor(Date.now() / 1_000) + 10_000 });
    expect(await outcomeOf(authenticate, token)).toMatchObject(accepted);
    issuer.trouble = 'html';
    date.advance(359);
    expect(await outcomeOf(authenticate, token)).toMatchObject(accepted);
    expect(await outcomeOf(authenticate, await sign(second))).toMatchObject(unavailable);
    date.advance(1);
    expect(await outcomeOf(authenticate, token)).toMatchObject(unavailable);
  });

  it('nothing is good for longer when that is turned off', async () => {
    const date = turnableDate();
    const issuer = await Issuer.start(first);
    const authenticate = issuer.authenticator({ jwksMaxAgeSeconds: 60, jwksMaxStaleSeconds: 0 });
    const token = await sign(first);
    expect(await outcomeOf(authenticate, token)).toMatchObject(accepted);
    issuer.trouble = 'cut';
    date.advance(60);
    expect(await outcomeOf(authenticate, token)).toMatchObject(unavailable);
  });
});
