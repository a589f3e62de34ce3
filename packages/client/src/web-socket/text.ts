/** WebIDL's object: functions are objects too. */
export function isObject(value: unknown): value is object {
  return Object(value) === value;
}

/** WebIDL's DOMString: ToString, which refuses symbols. */
export function toText(value: unknown): string {
  // concat, not String(): String(Symbol()) does not throw, and `'' + value` asks valueOf first.
  return ''.concat(value as string);
}

/** WebIDL's USVString: ToString, with each lone surrogate replaced by U+FFFD. */
export function toScalarString(value: unknown): string {
  const pairOrSurrogate = /[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g;
  return toText(value).replace(pairOrSurrogate, (match) => (match.length > 1 ? match : '\uFFFD'));
}

/** Length of well-formed `text` in UTF-8, in bytes. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A pair is four bytes for two units, so each half counts two.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || unit >> 11 === 27 ? 2 : 3;
  }
  return bytes;
}
