/** The languages that people can read, and that a project can be made in. */
export type Language = 'zh' | 'en';

/** A text in both. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

/**
 * The language that the environment asks for: Chinese for `zh…`, else English. Where it says nothing, as on Windows,
 * the system's locale decides. @see locale(7)
 */
export function languageOf(env: Readonly<Record<string, string | undefined>>, systemLocale: string): Language {
  const named = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value !== undefined && value !== '');
  return /^zh/i.test(named ?? systemLocale) ? 'zh' : 'en';
}
