import type { CompiledMiniProgram } from '../compile/compiled-program.ts';

/** An error of the mini program's own code, or of its sources. */
export interface PageError {
  readonly message: string;
  /** The file of the source, if it is known: `pages/index/index.ts`. */
  readonly file?: string;
  /** The line in that file, from 1. */
  readonly line?: number;
  /** What was running: `onLoad of pages/index/index`. */
  readonly during?: string;
  readonly error: unknown;
}

/** The scheme under which scripts of a mini program stand in stack traces. */
export const sourceScheme = 'minihub:///';

const frame = /minihub:\/\/\/([^\s:()]+):(\d+)/;

/** Collects what goes wrong, once each, and tells whoever wants to know. */
export class Reports {
  readonly errors: PageError[] = [];
  readonly warnings: string[] = [];
  readonly #program: CompiledMiniProgram;
  readonly #onError: (error: PageError) => void;
  readonly #onWarning: (text: string) => void;
  readonly #seen: WeakSet<object> = new WeakSet();

  constructor(
    program: CompiledMiniProgram,
    listeners: { readonly onError: (error: PageError) => void; readonly onWarning: (text: string) => void },
  ) {
    this.#program = program;
    this.#onError = listeners.onError;
    this.#onWarning = listeners.onWarning;
  }

  /** Reports an error; the same error object only once. */
  error(error: unknown, during?: string): void {
    if (typeof error === 'object' && error !== null) {
      if (this.#seen.has(error)) return;
      this.#seen.add(error);
    }
    const isError = typeof error === 'object' && error !== null && 'message' in error;
    const { name = 'Error', message } = isError ? (error as Error) : { name: 'Thrown', message: describe(error) };
    this.report({
      message: `${name}: ${message}`,
      ...this.#place(error),
      ...(during === undefined ? {} : { during }),
      error,
    });
  }

  report(error: PageError): void {
    this.errors.push(error);
    this.#onError(error);
  }

  /** Warns; the same text only once. */
  warn(text: string): void {
    if (this.warnings.includes(text)) return;
    this.warnings.push(text);
    this.#onWarning(text);
  }

  /** Runs code of the mini program. What it throws, or what its promise is rejected with, is reported. */
  run<Result>(during: string, task: () => Result): Result | undefined {
    try {
      const result = task();
      if (isThenable(result)) result.then(undefined, (error: unknown) => this.error(error, during));
      return result;
    } catch (error) {
      this.error(error, during);
      return undefined;
    }
  }

  #place(error: unknown): { file?: string; line?: number } {
    const match = frame.exec(String((error as { stack?: unknown } | null)?.stack ?? ''));
    if (match === null) return {};
    const [, file = '', text = ''] = match;
    const script = this.#program.scripts[file];
    const line = Number(text);
    const original = script?.lines?.[line - 1];
    return { file: script?.source ?? file, line: original === undefined || original === 0 ? line : original };
  }
}

function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'errMsg' in value) return String(value.errMsg);
  try {
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  } catch {
    return String(value);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
