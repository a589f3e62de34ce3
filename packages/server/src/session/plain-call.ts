import { type InvocationMessage, MessageType } from '@minihub/protocol';

// The two orders of members that clients write: that of .NET and of our own, and that of the official JavaScript client.
// A plain string has no escapes and no control characters, so that it is its own value; an empty id or target means
// something else. Arguments that are not one or two plain strings are the last group, and are parsed by themselves.
const plain = String.raw`"([^"\\\x00-\x1f]*)"`;
const named = String.raw`"([^"\\\x00-\x1f]+)"`;
const list = String.raw`(?:\[${plain}(?:,${plain})?\]|(\[.*\]))`;
const typeFirst = new RegExp(String.raw`^\{"type":1,"invocationId":${named},"target":${named},"arguments":${list}\}$`);
const typeLast = new RegExp(String.raw`^\{"arguments":${list},"invocationId":${named},"target":${named},"type":1\}$`);

/**
 * Longer texts are parsed: what is cut out of a text keeps all of it in memory for as long as the part lives, which must
 * not be much when an application keeps an argument.
 */
export const maxPlainCallLength = 256;

/**
 * The invocation that a JSON text is, when it is written as clients write it: less than half the price of parsing it where
 * the arguments are one or two plain strings. Whatever else a text may be, valid or not, is left to the parser: `undefined`.
 */
export function plainCallIn(text: string): InvocationMessage | undefined {
  // Escapes would be found late, after going through most of it.
  if (text.length > maxPlainCallLength || text.includes('\\')) return undefined;
  // `{"t` or `{"a`
  if (text.charCodeAt(2) === 0x74) {
    const found = typeFirst.exec(text);
    return found === null ? undefined : callOf(found[1], found[2], argumentsOf(found[3], found[4], found[5]));
  }
  const found = typeLast.exec(text);
  return found === null ? undefined : callOf(found[4], found[5], argumentsOf(found[1], found[2], found[3]));
}

/** A text that is an array by itself is one inside of the fixed text as well, and nothing else can be. */
function argumentsOf(
  first: string | undefined,
  second: string | undefined,
  others: string | undefined,
): unknown[] | undefined {
  if (others === undefined) return second === undefined ? [first] : [first, second];
  try {
    return JSON.parse(others) as unknown[];
  } catch {
    // It is for the parser of the whole to say what is wrong, if anything is.
    return undefined;
  }
}

// Members in the order of those that are parsed: one shape of objects. Id and target are there whenever the whole is.
function callOf(
  invocationId: string | undefined,
  target: string | undefined,
  values: unknown[] | undefined,
): InvocationMessage | undefined {
  if (invocationId === undefined || target === undefined || values === undefined) return undefined;
  return { type: MessageType.Invocation, target, arguments: values, invocationId };
}
