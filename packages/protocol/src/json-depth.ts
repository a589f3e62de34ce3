/**
 * Whether JSON text nests deeper than `maxDepth` (0: no limit). The text need not be valid.
 * Cheap for what is usual: a short text cannot be deep, nor one with few brackets; only the others are walked through.
 */
export function isTooDeep(text: string, maxDepth: number): boolean {
  if (maxDepth === 0 || text.length < 2 * (maxDepth + 1)) return false;
  let brackets = countUpTo(text, '[', maxDepth + 1);
  if (brackets <= maxDepth) brackets += countUpTo(text, '{', maxDepth + 1);
  return brackets > maxDepth && walk(text, maxDepth);
}

function countUpTo(text: string, bracket: string, enough: number): number {
  let count = 0;
  for (let at = text.indexOf(bracket); at >= 0 && count < enough; at = text.indexOf(bracket, at + 1)) count++;
  return count;
}

function walk(text: string, maxDepth: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) at = endOfString(text, at);
    else if (unit === 0x5b || unit === 0x7b) {
      if (++depth > maxDepth) return true;
    } else if (unit === 0x5d || unit === 0x7d) depth--;
  }
  return false;
}

/** The index of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) return at;
    if (unit === 0x5c) at++;
  }
  return at;
}
