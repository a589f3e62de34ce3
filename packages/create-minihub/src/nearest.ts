/** How many characters must be put in, taken out or changed to make one word of the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const changed = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(changed, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}

/** The word that was probably meant, if one is near enough. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  // What is very long was no slip of the finger, and would only cost time.
  if (word.length > 40) return undefined;
  const [best] = words
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((one, other) => one.distance - other.distance);
  if (best !== undefined && best.distance <= Math.max(2, Math.floor(word.length / 3))) return best.candidate;
  const longer = words.filter((candidate) => word.length >= 3 && candidate.includes(word));
  return longer.length === 1 ? longer[0] : undefined;
}
