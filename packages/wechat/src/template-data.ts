import { wechatError } from './errors.ts';

/** The values of a subscribe message by the names of its template: `{ thing1: 'Dinner', time2: '18:30' }`. */
export type TemplateData = Readonly<Record<string, string | number>>;

/** How WeChat limits one kind of value. @see its "参数值限制", which every template page links to */
interface Kind {
  /** Characters at most. */
  readonly max: number;
  readonly allowed: RegExp;
  readonly rule: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in it
const noControl = /^[^\u0000-\u001f\u007f]*$/;
const han = '\\p{Script=Han}';

const kinds: Readonly<Record<string, Kind>> = {
  thing: { max: 20, allowed: noControl, rule: 'up to 20 characters' },
  number: { max: 32, allowed: /^[-+]?\d+(\.\d+)?$/, rule: 'up to 32 digits' },
  letter: { max: 32, allowed: /^[A-Za-z]+$/, rule: 'up to 32 letters' },
  symbol: { max: 5, allowed: /^[^\p{L}\p{N}\s]+$/u, rule: 'up to 5 symbols' },
  character_string: { max: 32, allowed: /^[^\p{Script=Han}\s]+$/u, rule: 'up to 32 digits, letters or symbols' },
  amount: { max: 15, allowed: /^\p{Sc}?\d{1,10}(\.\d+)?元?$/u, rule: 'one currency sign and up to 10 digits' },
  phone_number: { max: 17, allowed: /^[\d+\-() ]+$/, rule: 'up to 17 digits and signs' },
  car_number: { max: 8, allowed: /^[\p{Script=Han}A-Za-z\d]+$/u, rule: 'up to 8 characters' },
  phrase: { max: 5, allowed: new RegExp(`^${han}+$`, 'u'), rule: 'up to 5 Chinese characters' },
};

const hanOnly = new RegExp(`^[${han}·]{1,10}$`, 'u');
const latinOnly = new RegExp(`^[^${han}]{1,20}$`, 'u');

/** The kind that a name begins with: `thing` of `thing12`. */
function kindOf(name: string): string {
  return name.replace(/\d+$/, '').toLowerCase();
}

/** What is wrong with a value; `undefined` when it fits, or when the kind has no rule that can be checked here. */
function ruleBrokenBy(name: string, value: string): string | undefined {
  if (value === '') return 'not empty';
  const kind = kindOf(name);
  if (kind === 'name') {
    return hanOnly.test(value) || latinOnly.test(value) ? undefined : 'up to 10 Chinese characters or 20 letters';
  }
  const rule = kinds[kind];
  if (rule === undefined) return undefined;
  return [...value].length <= rule.max && rule.allowed.test(value) ? undefined : rule.rule;
}

/**
 * Checks the values by the rules of their kinds, which their names begin with, before a call is spent on them.
 * @throws MH_WECHAT_ARGUMENT naming the value and its rule
 */
export function checkTemplateData(data: TemplateData): void {
  for (const [name, value] of Object.entries(data)) {
    const rule = ruleBrokenBy(name, String(value));
    if (rule !== undefined) throw wechatError('MH_WECHAT_ARGUMENT', `The value of '${name}' must be ${rule}.`);
  }
}

/**
 * Cuts a text to what a `thing` may hold: 20 characters on one line, the last of them an ellipsis when it was longer.
 * @example subscribeMessage(template, { thing1: toThing(text) })
 */
export function toThing(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  // By code points: half an emoji is no character.
  const characters = [...line];
  return characters.length <= 20 ? line : `${characters.slice(0, 19).join('')}…`;
}
