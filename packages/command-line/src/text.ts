/** The languages that people can read what a program says in. */
export type Language = 'en' | 'zh';

/** A text in every language. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** The same words in every language: names, addresses, configuration lines. */
export function same(words: string): Text {
  return { en: words, zh: words };
}

/** The locale of the machine, as a BCP 47 tag. */
export function systemLocale(): string {
  return new Intl.DateTimeFormat().resolvedOptions().locale;
}

/**
 * The language that the environment asks for: Chinese for `zh…`, else English. Where it says nothing, as on Windows,
 * the machine's locale decides. @see locale(7)
 */
export function languageOf(
  env: Readonly<Record<string, string | undefined>>,
  locale: string = systemLocale(),
): Language {
  const named = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value !== undefined && value !== '');
  return /^zh/i.test(named ?? locale) ? 'zh' : 'en';
}
