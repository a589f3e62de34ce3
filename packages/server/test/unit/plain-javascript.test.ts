import { createHubServer, defineHub, method, stream, upload } from '@minihub/server';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

// What a compiler says to others, these are told when they run it.
type Anything = (...args: unknown[]) => unknown;
const js = { createHubServer, defineHub, method, stream } as unknown as Record<
  'createHubServer' | 'defineHub' | 'method' | 'stream',
  Anything
>;
const hubs = createHubServer();
const map = hubs.map.bind(hubs) as unknown as Anything;
const mapRaw = hubs.mapRaw.bind(hubs) as unknown as Anything;
const attach = hubs.attach.bind(hubs) as unknown as Anything;
const hub = defineHub()({ methods: {} });

describe('a mistake in plain JavaScript', () => {
  it.each<[string, () => unknown, string, RegExp]>([
    ['defineHub called once', () => js.defineHub({ methods: {} }), 'HUB', /called twice: defineHub\(\)\(\{/],
    ['what the first call gives', () => map('/a', js.defineHub()), 'HUB', /called twice/],
    ['no hub', () => map('/a', undefined), 'HUB', /This is no hub/],
    ['a hub without methods', () => (js.defineHub() as Anything)({}), 'HUB', /This is no hub/],
    [
      'a plain function',
      () => (js.defineHub() as Anything)({ methods: { say: () => 1 } }),
      'HUB',
      /'say' is no method/,
    ],
    ['a schema that is no list', () => js.method(z.string(), () => 1), 'HUB', /as a list: method\(\[schema\]/],
    ['no schemas', () => js.stream(() => []), 'HUB', /as a list: stream\(\[schema\]/],
    ['the name of a type', () => js.method([z.string(), 'string'], () => 1), 'HUB', /Argument 2 has no schema/],
    ['no handler', () => js.method([z.string()]), 'HUB', /The handler is missing/],
    [
      'an option of the server',
      () => js.createHubServer({ helth: true }),
      'OPTION',
      /'helth'\. Did you mean 'health'\?/,
    ],
    [
      'an option of a hub',
      () => map('/a', hub, { health: true }),
      'OPTION',
      /no option 'health'\. There are: .*limits/,
    ],
    ['an option of a raw endpoint', () => mapRaw('/a', {}, { filters: [] }), 'OPTION', /There is no option 'filters'/],
    ['a raw handler that is a function', () => mapRaw('/a', () => {}), 'OPTION', /an object with 'message'/],
    ['no server', () => attach(undefined), 'OPTION', /what createServer\(…\) or app\.listen\(…\) gives/],
    [
      'an application of Express',
      () => attach(Object.assign(() => {}, { on() {}, emit() {} })),
      'OPTION',
      /not the app/,
    ],
    [
      'an application of Koa',
      () => attach({ on() {}, off() {}, emit() {}, listenerCount() {}, callback() {} }),
      'OPTION',
      /not the app/,
    ],
  ])('%s is told when it is made', (_what, mistake, code, text) => {
    expect(mistake).toThrow(expect.objectContaining({ code: `MH_SERVER_INVALID_${code}` }));
    expect(mistake).toThrow(text);
  });

  it('is no schema of any validator, nor an upload', () => {
    const say = method([z.string(), v.number(), type('string'), upload(z.number())], () => 1);
    expect(() =>
      hubs.map('/fine', defineHub()({ methods: { say } }), { limits: {}, detailedErrors: true }),
    ).not.toThrow();
  });
});
