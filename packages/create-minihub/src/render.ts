import type { Language } from '@minihub/command-line';

/** What a template is filled with. */
export interface Filling {
  /** As in package.json: with the scope, if there is one. */
  readonly name: string;
  readonly language: Language;
  readonly hasMiniProgram: boolean;
  readonly isTypeScript: boolean;
}

// A text in both languages, in the place where it is used: 中文, then English.
const bilingual = /\[\[([^|[\]]*)\|([^|[\]]*)\]\]/g;

// What of a Markdown file speaks of the mini program, or of TypeScript: whole lines, or a part of one.
const linesAbout = /^<!-- (miniprogram|typescript) -->\n([\s\S]*?)^<!-- \/\1 -->\n/gm;
const wordsAboutMiniProgram = /<!-- only-miniprogram -->(.*?)<!-- \/only-miniprogram -->/g;

// Files of code that a README names.
const codeFile = /`((?:server|miniprogram|tests)\/[\w/.-]+)\.js`/g;

/** The name that stands in the templates. */
export const templateName = 'my-minihub';

/** Fills a text of the template. */
export function render(template: string, { name, language, hasMiniProgram, isTypeScript }: Filling): string {
  // Names of images and of projects have no scope.
  const plainName = name.replace(/^@[^/]+\//, '');
  const wanted = { miniprogram: hasMiniProgram, typescript: isTypeScript };
  return template
    .replaceAll(linesAbout, (_all, what: keyof typeof wanted, text: string) => (wanted[what] ? text : ''))
    .replaceAll(wordsAboutMiniProgram, (_all, text: string) => (hasMiniProgram ? text : ''))
    .replaceAll(codeFile, (file, path: string) => (isTypeScript ? `\`${path}.ts\`` : file))
    .replaceAll(bilingual, (_all, zh: string, en: string) => (language === 'zh' ? zh : en))
    .replaceAll(templateName, () => plainName);
}
