import { HubError } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { describeError } from '../../src/dispatch/describe-error.ts';

describe('describeError', () => {
  it.each([
    ['an error', new RangeError('too far'), ' RangeError: too far'],
    ['invalid data', 'two are too many', ' InvalidDataException: two are too many'],
    ['a number', 42, ' Error: 42'],
    ['nothing', undefined, ' Error: undefined'],
    ['an object without a text', Object.create(null), ' Error: An object was thrown that is no error.'],
  ])('says more about %s with detailed errors only', (_, thrown, detail) => {
    expect(describeError('It failed.', thrown, true)).toBe(`It failed.${detail}`);
    expect(describeError('It failed.', thrown, false)).toBe('It failed.');
  });

  it('always says what was thrown on purpose', () => {
    expect(describeError('It failed.', new HubError('for you'), false)).toBe('It failed. HubException: for you');
  });
});
