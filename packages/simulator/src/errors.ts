import type { Text } from '@minihub/command-line';

/** What can be wrong before anything runs, in every language. `MH_SIM_` codes are never used for two things. */
export const simulatorErrors = {
  MH_SIM_FOLDER_NOT_FOUND: { en: 'There is no folder %s.', zh: '没有文件夹 %s。' },
  MH_SIM_NOT_A_MINI_PROGRAM: {
    en: 'No app.json in %s, nor where project.config.json points (miniprogramRoot).',
    zh: '%s 里没有 app.json，project.config.json 的 miniprogramRoot 指的地方也没有。',
  },
  MH_SIM_BAD_JSON: { en: '%s is not JSON.', zh: '%s 不是合法的 JSON。' },
  MH_SIM_NO_PAGES: { en: 'app.json lists no page.', zh: 'app.json 里没有页面。' },
  MH_SIM_PACKAGE_MISSING: {
    en: 'The page runner needs a package that is not installed: %s.',
    zh: '运行页面所需的包没有安装：%s。',
  },
  MH_SIM_OPTION: { en: '%s', zh: '%s' },
  MH_SIM_PORT_TAKEN: { en: 'Port %s is in use by another program.', zh: '端口 %s 已被别的程序占用。' },
  MH_SIM_CANNOT_LISTEN: { en: 'Cannot listen on %s.', zh: '无法监听 %s。' },
} as const;

/** The codes of {@link SimulatorError}. */
export type SimulatorErrorCode = keyof typeof simulatorErrors;

const brand = Symbol.for('minihub.error');

function inLanguage(language: keyof Text, code: SimulatorErrorCode, ...parts: readonly (string | Text)[]): string {
  const [detail = '', hint = ''] = parts.map((words) => (typeof words === 'string' ? words : words[language]));
  const text = simulatorErrors[code][language].replace('%s', () => detail);
  // A Chinese full stop needs no blank.
  return hint === '' ? text : `${text}${language === 'zh' ? '' : ' '}${hint}`;
}

/** A mistake in how the simulator is used, with a stable code. */
export class SimulatorError extends Error {
  readonly code: SimulatorErrorCode;
  /** What is wrong, in every language; `message` is the English one. */
  readonly text: Text;

  /** `detail` and `hint` as one text are the same in every language: a name, a line to type. */
  constructor(
    code: SimulatorErrorCode,
    detail: string | Text,
    { hint = '', cause }: { hint?: string | Text; cause?: unknown } = {},
  ) {
    const text = { en: inLanguage('en', code, detail, hint), zh: inLanguage('zh', code, detail, hint) };
    super(text.en, { cause });
    this.name = 'SimulatorError';
    this.code = code;
    this.text = text;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is such an error, from whichever copy of the package. */
  static is(value: unknown): value is SimulatorError {
    const candidate = value as { code?: unknown } | null | undefined;
    return value instanceof Error && brand in value && String(candidate?.code).startsWith('MH_SIM_');
  }
}

/** A package that the page runner needs, and what to type for it. */
export function packageMissing(name: string, install: string, cause: unknown): SimulatorError {
  const line = `npm install --save-dev ${install}`;
  const hint = { en: `Install it: ${line}`, zh: `请安装：${line}` };
  return new SimulatorError('MH_SIM_PACKAGE_MISSING', name, { hint, cause });
}
