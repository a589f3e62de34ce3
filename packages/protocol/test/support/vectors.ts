import { readFileSync } from 'node:fs';

/** A list of wire vectors; see `vectors/README.md`. */
export function readVectors<Vector>(file: string, list = 'vectors'): Vector[] {
  const text = readFileSync(new URL(`../../vectors/${file}`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { [list: string]: Vector[] })[list] as Vector[];
}

/** The value that a vector stands for: the forms of values that JSON does not have are undone. */
export function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  const { $bytes, $date, $number } = value as { $bytes?: string; $date?: number; $number?: string };
  if ($bytes !== undefined) return Uint8Array.from(Buffer.from($bytes, 'hex'));
  if ($date !== undefined) return new Date($date);
  if ($number !== undefined) return Number($number);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(item)]));
}
