import own from '../package.json' with { type: 'json' };

/** The version of this package, which is that of all packages of minihub. */
export const version: string = own.version;

/** What a part of the template contributes to the project's package.json. */
export interface ManifestPart {
  readonly name?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

// What projects are made with is what this package was tested with.
const tested: Readonly<Record<string, string>> = own.devDependencies;

/** Templates say `^*` for a range from the tested version up, `*` for that version alone. */
function withVersions(ranges: Readonly<Record<string, string>> = {}): Record<string, string> {
  const sorted = Object.entries(ranges).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, range]) => [name, range.replace('*', tested[name] ?? '*')]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Puts the parts of a package.json together, and the versions in. */
export function composeManifest(parts: readonly ManifestPart[], name: string): Record<string, unknown> {
  const whole: Record<string, unknown> = {};
  for (const [field, value] of parts.flatMap((part) => Object.entries(part))) {
    const before = whole[field];
    whole[field] = isRecord(before) && isRecord(value) ? { ...before, ...value } : value;
  }
  const dependencies = withVersions(whole.dependencies as Record<string, string>);
  const devDependencies = withVersions(whole.devDependencies as Record<string, string>);
  // What a part needs to run, another may need for tests only.
  for (const dependency of Object.keys(dependencies)) delete devDependencies[dependency];
  return { ...whole, name, dependencies, devDependencies };
}
