import type { Language } from '@minihub/command-line';

/** What a template is filled with. */
export interface Filling {
  /** As in package.json: with the scope, if there is one. */
  readonly name: string;
  readonly language: Language;
  readonly hasMiniProgram: boolean;
}

// A text in both languages, in the place where it is used: 中文, then English.
const bilingual = /\[\[([^|[\]]*)\|([^|[\]]*)\]\]/g;

// What of a Markdown file speaks of the mini program: whole lines, or a part of one.
const linesAboutMiniProgram = /^<!-- miniprogram -->\n([\s\S]*?)^<!-- \/miniprogram -->\n/gm;
const wordsAboutMiniProgram = /<!-- only-miniprogram -->(.*?)<!-- \/only-miniprogram -->/g;

/** The name that stands in the templates. */
export const templateName = 'my-minihub';

/** Fills a text of the template. */
export function render(template: string, { name, language, hasMiniProgram }: Filling): string {
  // Names of images and of projects have no scope.
  const plainName = name.replace(/^@[^/]+\//, '');
  const aboutMiniProgram = (_all: string, text: string): string => (hasMiniProgram ? text : '');
  return template
    .replaceAll(linesAboutMiniProgram, aboutMiniProgram)
    .replaceAll(wordsAboutMiniProgram, aboutMiniProgram)
    .replaceAll(bilingual, (_all, zh: string, en: string) => (language === 'zh' ? zh : en))
    .replaceAll(templateName, () => plainName);
}
