import type { HubMessage } from '@minihub/protocol';
import fc from 'fast-check';

/** Text of any characters that are whole; a lone half of a pair has no form in UTF-8. */
const text = fc.string({ unit: 'binary', maxLength: 12 });
const id = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });

/** Values that JSON carries unchanged. */
export const jsonValue: fc.Arbitrary<unknown> = fc
  .jsonValue({ maxDepth: 4, noUnicodeString: false })
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);

/** Values that MessagePack carries unchanged. */
export const messagePackValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger().map((value) => value + 0),
    fc.integer({ min: -40, max: 300 }).map((value) => value + 0),
    fc.double().map((value) => (Object.is(value, -0) ? 0 : value)),
    text,
    fc.string({ unit: 'grapheme', minLength: 30, maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }),
    fc.date({ noInvalidDate: true }),
    fc.date({ min: new Date(0), max: new Date(2 ** 34 * 1_000 - 1), noInvalidDate: true }),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(fc.oneof(text, fc.constant('__proto__')), tie('value'), { maxKeys: 20, noNullPrototype: true }),
  ),
})).value;

/** Any hub message, its values drawn from `value`. */
export function hubMessage(value: fc.Arbitrary<unknown>): fc.Arbitrary<HubMessage> {
  const headers = fc.dictionary(id, id, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
  const streamIds = fc.array(id, { minLength: 1, maxLength: 3 });
  const values = fc.array(value, { maxLength: 3 });
  const call = { target: id, arguments: values, headers, streamIds };
  const some = <T>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }, required: (keyof T)[]) =>
    fc.record(model, { requiredKeys: required as never, noNullPrototype: true }) as fc.Arbitrary<unknown>;
  return fc.oneof(
    some({ type: fc.constant(1), invocationId: id, ...call }, ['type', 'target', 'arguments']),
    some({ type: fc.constant(2), invocationId: id, item: value, headers }, ['type', 'invocationId', 'item']),
    some({ type: fc.constant(3), invocationId: id, headers }, ['type', 'invocationId']),
    some({ type: fc.constant(3), invocationId: id, error: text, headers }, ['type', 'invocationId', 'error']),
    some({ type: fc.constant(3), invocationId: id, result: value, headers }, ['type', 'invocationId', 'result']),
    some({ type: fc.constant(4), invocationId: id, ...call }, ['type', 'invocationId', 'target', 'arguments']),
    some({ type: fc.constant(5), invocationId: id, headers }, ['type', 'invocationId']),
    fc.constant({ type: 6 }),
    some({ type: fc.constant(7), error: text, allowReconnect: fc.constant(true) }, ['type']),
    some({ type: fc.constantFrom(8, 9), sequenceId: fc.maxSafeNat() }, ['type', 'sequenceId']),
  ) as fc.Arbitrary<HubMessage>;
}
