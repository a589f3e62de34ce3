import type { Text } from '@minihub/command-line';
import type { Observations } from './observations.ts';

/** The difficulties of deployment that a finding may belong to. @see mini-program.md 5 */
export type Difficulty =
  | 'D1'
  | 'D2'
  | 'D3'
  | 'D4'
  | 'D5'
  | 'D6'
  | 'D7'
  | 'D8'
  | 'D9'
  | 'D10'
  | 'D11'
  | 'D12'
  | 'D13'
  | 'D14'
  | 'D15';

/** `error`: it does not work on phones. `warning`: it fails on some, or later. */
export type Severity = 'error' | 'warning';

/** A kind of finding: what is true of it wherever it is found. `code` is stable. */
export interface FindingKind {
  readonly code: string;
  /** Absent for what is not on the list of difficulties: the hub protocol, tokens. */
  readonly difficulty?: Difficulty;
  readonly severity: Severity;
  readonly title: Text;
  /** What it means on a phone. */
  readonly means: Text;
  /** How to mend it, whatever stands in front. */
  readonly mend: Text;
}

/** What a check says of a kind of finding: what differs from the kinds beside it. */
export interface KindWords {
  readonly title: Text;
  readonly means: Text;
  readonly mend: Text;
  /** @defaultValue 'error' */
  readonly severity?: Severity;
  /** @defaultValue that of the kinds beside it */
  readonly difficulty?: Difficulty | undefined;
}

/** The kinds of finding of a check, by their codes. Most belong to one difficulty, and are errors. */
export function defineKinds<Code extends string>(
  difficulty: Difficulty | undefined,
  words: Readonly<Record<Code, KindWords>>,
): Readonly<Record<Code, FindingKind>> {
  const kinds = Object.entries<KindWords>(words).map(([code, said]) => {
    const { difficulty: own, ...kind } = { difficulty, severity: 'error' as const, ...said, code };
    return [code, own === undefined ? kind : { ...kind, difficulty: own }];
  });
  return Object.fromEntries(kinds);
}

/** Lines for the configuration of one product. */
export interface ConfigurationLines {
  readonly product: string;
  readonly lines: readonly string[];
  readonly note?: Text;
}

/** Something that is wrong. */
export interface Finding {
  readonly kind: FindingKind;
  /** What was seen, this time. */
  readonly seen: Text;
  /** The lines that mend it in what was recognised in front of the endpoint. */
  readonly configuration: readonly ConfigurationLines[];
}

/** A check: a pure function from what was seen to what is wrong. */
export interface Check {
  readonly kinds: Readonly<Record<string, FindingKind>>;
  look(seen: Observations): readonly Finding[];
}

/** Makes a {@link Finding}. */
export function found(kind: FindingKind, seen: Text, configuration: readonly ConfigurationLines[] = []): Finding {
  return { kind, seen, configuration };
}
