import { type CompletionMessage, clientResultErrors, type MinihubError } from '@minihub/protocol';
import type { Clock } from '../clock.ts';
import { serverError } from '../errors.ts';
import type { AskOptions } from '../hub/hub-clients.ts';

interface Question {
  resolve(value: unknown): void;
  reject(error: MinihubError): void;
  cleanUp(): void;
}

const defaultTimeoutMs = 30_000;

/**
 * The questions that one client has been asked. It belongs to the connection, so a completion from another
 * connection cannot answer. @see signalr.md 1.11, "Client results"
 */
export class ClientResults {
  readonly #connectionId: string;
  readonly #clock: Clock;
  readonly #questions = new Map<string, Question>();
  #lastId = 0;
  #isOver = false;

  constructor(connectionId: string, clock: Clock) {
    this.#connectionId = connectionId;
    this.#clock = clock;
  }

  /** Asks: `send` is given the invocation id to use. */
  ask(send: (invocationId: string) => void, options: AskOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) throw this.#lost();
      if (options.signal?.aborted) throw canceled();
      this.#lastId++;
      const id = `s${this.#lastId}`;
      send(id);
      const settle = (action: () => void): void => {
        if (!this.#questions.delete(id)) return;
        question.cleanUp();
        action();
      };
      const question: Question = {
        resolve: (value) => settle(() => resolve(value)),
        reject: (error) => settle(() => reject(error)),
        cleanUp: this.#watch(options, (error) => question.reject(error)),
      };
      this.#questions.set(id, question);
    });
  }

  /** Takes an answer. False when nothing was asked under that id. */
  complete(message: CompletionMessage): boolean {
    const question = this.#questions.get(message.invocationId);
    if (question === undefined) return false;
    const failure = message.bindingError?.message ?? message.error;
    if (failure === undefined) question.resolve(message.result);
    else question.reject(serverError('MH_SERVER_ASK_FAILED', failure, message.bindingError));
    return true;
  }

  /** The connection is over. */
  end(): void {
    this.#isOver = true;
    for (const question of [...this.#questions.values()]) question.reject(this.#lost());
  }

  #watch(options: AskOptions, fail: (error: MinihubError) => void): () => void {
    const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    const onAbort = (): void => fail(canceled());
    const text = `The client did not answer within ${timeoutMs} ms.`;
    const stopTimer =
      timeoutMs > 0 ? this.#clock.after(timeoutMs, () => fail(serverError('MH_SERVER_ASK_TIMEOUT', text))) : undefined;
    options.signal?.addEventListener('abort', onAbort, { once: true });
    return () => {
      stopTimer?.();
      options.signal?.removeEventListener('abort', onAbort);
    };
  }

  #lost(): MinihubError {
    return serverError('MH_SERVER_CONNECTION_LOST', clientResultErrors.disconnected(this.#connectionId));
  }
}

function canceled(): MinihubError {
  return serverError('MH_SERVER_ASK_CANCELED', clientResultErrors.canceled);
}
