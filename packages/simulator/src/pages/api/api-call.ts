import { soon } from '../../soon.ts';
import type { Reports } from '../runtime/reports.ts';

/** The options of every call: three callbacks, and what the call itself takes. */
export interface CallOptions {
  success?: (result: object) => void;
  fail?: (failure: { errMsg: string }) => void;
  complete?: (result: object) => void;
  [name: string]: unknown;
}

/** What a call fails with: its text comes behind `name:fail`. */
export class CallFailure extends Error {}

/** Answers calls as WeChat does: through callbacks where there are any, else through a promise; never at once. */
export class ApiCalls {
  readonly #reports: Reports;
  readonly #enter: (task: () => void) => void;

  /** `enter` calls into the mini program's thread, which may be suspended. */
  constructor(reports: Reports, enter: (task: () => void) => void) {
    this.#reports = reports;
    this.#enter = enter;
  }

  /** Calls a function of the mini program, when its thread runs. */
  enter(during: string, task: () => void): void {
    this.#enter(() => this.#reports.run(during, task));
  }

  /** Performs a call; `work` gives the result, or throws a {@link CallFailure}. */
  answer(
    name: string,
    given: CallOptions | undefined,
    work: () => object | undefined | Promise<object | undefined>,
  ): unknown {
    const options = given ?? {};
    const outcome = new Promise<object | undefined>((resolve) => resolve(work())).then(
      (result) => ({ errMsg: `${name}:ok`, ...result }),
      (error: unknown) => {
        if (!(error instanceof CallFailure)) this.#reports.error(error, `wx.${name}`);
        throw { errMsg: `${name}:fail ${error instanceof Error ? error.message : String(error)}`.trim() };
      },
    );
    const told = options.success ?? options.fail ?? options.complete;
    if (told === undefined) {
      return new Promise((resolve, reject) => {
        outcome.then(
          (result) => soon(() => this.#enter(() => resolve(result))),
          (failure) => soon(() => this.#enter(() => reject(failure))),
        );
      });
    }
    const tell = (callback: ((result: never) => void) | undefined, result: object): void => {
      if (callback !== undefined) this.#reports.run(`callback of wx.${name}`, () => callback(result as never));
    };
    outcome.then(
      (result) =>
        soon(() =>
          this.#enter(() => {
            tell(options.success, result);
            tell(options.complete, result);
          }),
        ),
      (failure) =>
        soon(() =>
          this.#enter(() => {
            tell(options.fail, failure);
            tell(options.complete, failure);
          }),
        ),
    );
    return undefined;
  }
}
