import { MinihubError, protocolError } from '@minihub/protocol';
import { describe, expect, it } from 'vitest';

describe('MinihubError', () => {
  it('is recognised by its brand, also when it comes from another copy of the package', () => {
    const error = protocolError('MH_PROTO_INVALID_JSON', 'text');
    expect(MinihubError.is(error)).toBe(true);
    expect(error.code).toBe('MH_PROTO_INVALID_JSON');
    expect(MinihubError.is({ [Symbol.for('minihub.error')]: true })).toBe(true);
    expect(MinihubError.is(new Error('text'))).toBe(false);
    expect(MinihubError.is(null)).toBe(false);
  });

  it('keeps its cause out of the way when there is none', () => {
    expect('cause' in protocolError('MH_PROTO_INVALID_JSON', 'text')).toBe(false);
    expect(protocolError('MH_PROTO_INVALID_JSON', 'text', 1).cause).toBe(1);
  });
});
