import { reverseEnum } from './reverse-enum.ts';

const levels = { Trace: 0, Debug: 1, Information: 2, Warning: 3, Error: 4, Critical: 5, None: 6 } as const;

/** How serious a log message is, from 0 (Trace) to 6 (None: nothing is logged). */
export const LogLevel: typeof levels & { readonly [value: number]: string } = reverseEnum(levels);
/** One of the values of {@link LogLevel}. */
export type LogLevel = (typeof levels)[keyof typeof levels];

/** What log messages are given to. */
export interface ILogger {
  log(logLevel: LogLevel, message: string): void;
}

/** A logger that keeps silent. */
export class NullLogger implements ILogger {
  /** The one that is needed. */
  static instance: ILogger = new NullLogger();
  log(_logLevel: LogLevel, _message: string): void {}
}

declare const console: { [method: string]: ((text: string) => void) | undefined } | undefined;
const methods = ['debug', 'debug', 'info', 'warn', 'error', 'error'];

/** Writes to the host's console: for who called `configureLogging` with a level, and for nobody else. */
function createConsoleLogger(minimum: number): ILogger {
  return {
    log(level, message) {
      if (level < minimum || typeof console !== 'object') return;
      (console[methods[level] as string] ?? console.log)?.(
        `[${new Date().toISOString()}] ${LogLevel[level]}: ${message}`,
      );
    },
  };
}

/** The logger that `configureLogging` was asked for. @throws Error for a level that there is not */
export function toLogger(logging: LogLevel | string | ILogger): ILogger {
  if (typeof logging === 'object') return logging;
  if (typeof logging === 'number') return createConsoleLogger(logging);
  const text = logging.toLowerCase();
  const wanted = text === 'info' ? 'information' : text === 'warn' ? 'warning' : text;
  for (const name in levels) {
    if (name.toLowerCase() === wanted) return createConsoleLogger(levels[name as keyof typeof levels]);
  }
  throw new Error(`Unknown log level: ${logging}`);
}
