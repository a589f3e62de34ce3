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
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A pair is four bytes for two units, so each half counts two.
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
