/** A numeric enum as TypeScript's: names to numbers, and numbers back to names. */
export function reverseEnum<T extends { readonly [name: string]: number }>(
  names: T,
): T & { readonly [value: number]: string } {
  const both: { [key: string]: number | string } = {};
  for (const name in names) {
    const value = names[name] as number;
    both[name] = value;
    both[value] = name;
  }
  return both as T & { readonly [value: number]: string };
}
