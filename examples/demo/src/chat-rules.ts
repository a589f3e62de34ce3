import { HubError } from '@minihub/server';
import { z } from 'zod';
import { limits } from '../public/limits.js';

// Line breaks and the like, and the characters that turn the direction of everything after them around: a name with
// one of those could make a line read as somebody else's.
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** One line of printable characters. */
export const singleLine = (what: string, maxLength: number): z.ZodString =>
  z
    .string()
    .trim()
    .min(1, `${what} must not be empty.`)
    .max(maxLength, `${what} has at most ${maxLength} characters.`)
    .refine((text) => !unprintable.test(text), `${what} must be one line of printable characters.`);

/** What somebody may be called. */
export const personName: z.ZodString = singleLine('A name', limits.nameLength);

/** What a room may be called. Spaces around it do not count. */
export const roomName: z.ZodString = singleLine('The name of a room', limits.roomLength);

/** What may be said. Line breaks are fine. */
export const messageText: z.ZodString = z
  .string()
  .trim()
  .min(1, 'A message must not be empty.')
  .max(limits.textLength, `A message has at most ${limits.textLength} characters.`);

/**
 * The value as the rule wants it.
 *
 * Rules that people meet are checked in the methods, not in their argument lists: what does not fit an argument list
 * is a programmer's mistake, and SignalR tells the client only that the call failed.
 * @throws HubError with the rule's text, which the caller sees
 */
export function checked<Value>(rule: z.ZodType<Value>, value: unknown): Value {
  const result = rule.safeParse(value);
  if (result.success) return result.data;
  throw new HubError(result.error.issues[0]?.message ?? 'The value does not fit.');
}
