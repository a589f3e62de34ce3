/** How many characters must be put in, taken out, changed, or swapped with their neighbour, to make one word of the other. */
export function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const change = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swap = swapped ? (before[column - 2] ?? Number.POSITIVE_INFINITY) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(change, swap, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    before = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}

/** The word that was probably meant, if one is near enough: two slips, or half of a short word. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  // What is very long was no slip of the finger, and would only cost time.
  if (word.length > 40) return undefined;
  const byDistance = words.map((candidate) => ({ candidate, distance: editDistance(word, candidate) }));
  byDistance.sort((a, b) => a.distance - b.distance);
  const [best] = byDistance;
  if (best === undefined) return undefined;
  const starts = words.filter((candidate) => word.length >= 3 && candidate.startsWith(word));
  if (best.distance <= Math.max(1, Math.min(3, Math.floor(word.length / 3)))) return best.candidate;
  return starts.length === 1 ? starts[0] : undefined;
}
