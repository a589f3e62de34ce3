import type { StandardSchema } from '@minihub/server';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bindArguments } from '../../src/dispatch/bind-arguments.ts';

const wrongTypes =
  'Error binding arguments. Make sure that the types of the provided values match the types of the hub method being invoked.';

/** A validator made by hand. */
function schema(validate: StandardSchema['~standard']['validate']): StandardSchema {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

const later = schema(async (value) => (value === 'bad' ? { issues: [{ message: 'is bad' }] } : { value: `${value}!` }));

describe('bindArguments', () => {
  it.each([
    ['zod', [z.string(), z.number()]],
    ['valibot', [v.string(), v.number()]],
    ['arktype', [type('string'), type('number')]],
  ])('checks with %s, at once', (_, schemas) => {
    expect(bindArguments(schemas, ['a', 1])).toEqual({ values: ['a', 1] });
    expect(bindArguments(schemas, ['a', 'b'])).toMatchObject({
      error: wrongTypes,
      issues: expect.stringMatching(/^argument 1: ./),
    });
  });

  it('passes on what the validator makes of a value', () => {
    expect(bindArguments([z.string().trim(), z.coerce.number()], [' a ', '5'])).toEqual({ values: ['a', 5] });
  });

  it('tries arguments that are missing at the end as undefined', () => {
    expect(bindArguments([z.string(), z.string().optional(), z.number().default(3)], ['a'])).toEqual({
      values: ['a', undefined, 3],
    });
  });

  it.each([
    [0, []],
    [1, ['a']],
    [3, ['a', 'b', 'c']],
  ])('refuses %i arguments where there are two parameters', (count, provided) => {
    const error = `Invocation provides ${count} argument(s) but target expects 2.`;
    expect(bindArguments([z.string(), z.string()], provided)).toEqual({ error, issues: error });
  });

  it('names the place of an issue inside an argument', () => {
    const issues = (bindArguments([z.object({ a: z.array(z.string()) })], [{ a: ['x', 1] }]) as { issues: string })
      .issues;
    expect(issues).toMatch(/^argument 0: a\.1: /);
    const keyed = schema(() => ({ issues: [{ message: 'no', path: [{ key: 'k' }, Symbol('s')] }] }));
    expect(bindArguments([keyed], [1])).toMatchObject({ issues: 'argument 0: k.Symbol(s): no' });
  });

  it('waits for validators that are asynchronous, one after another', async () => {
    expect(await bindArguments([z.string(), later, z.number(), later], ['a', 'b', 1, 'c'])).toEqual({
      values: ['a', 'b!', 1, 'c!'],
    });
    expect(await bindArguments([later, later], ['a', 'bad'])).toEqual({
      error: wrongTypes,
      issues: 'argument 1: is bad',
    });
    expect(await bindArguments([later, z.number()], ['a'])).toMatchObject({
      error: expect.stringContaining('provides 1'),
    });
  });

  it.each([
    [
      'throws',
      schema(() => {
        throw new Error('broken');
      }),
      'broken',
    ],
    [
      'throws what is no error',
      schema(() => {
        throw 'text';
      }),
      'text',
    ],
    ['rejects', schema(() => Promise.reject(new Error('broken'))), 'broken'],
    ['answers nothing', schema((() => undefined) as never), 'The validator gave no result.'],
    ['resolves to nothing', schema((async () => null) as never), 'The validator gave no result.'],
  ])('takes it for an issue when a validator %s', async (_, validator, text) => {
    expect(await bindArguments([validator], ['x'])).toEqual({ error: wrongTypes, issues: `argument 0: ${text}` });
  });

  it('does not give a hostile object power over its own check', () => {
    const hostile = JSON.parse('{"__proto__":{"admin":true},"name":"x"}') as unknown;
    const bound = bindArguments([z.object({ name: z.string() })], [hostile]) as { values: [{ admin?: boolean }] };
    expect(bound.values[0].admin).toBeUndefined();
  });
});
