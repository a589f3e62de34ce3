/** The languages that people can read the output in. */
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

/** The language that a locale of the environment asks for: Chinese for `zh…`, else English. @see locale(7) */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value !== undefined && value !== '') ?? '';
  return /^zh/i.test(locale) ? 'zh' : 'en';
}
