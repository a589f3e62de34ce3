import { type CompletionMessage, clientResultErrors, type MinihubError } from '@minihub/protocol';
import { serverError } from '../errors.ts';
import type { AskOptions } from '../hub/hub-clients.ts';
import { Deadline, type Deadlines } from './deadlines.ts';

const defaultTimeoutMs = 30_000;

/**
 * The questions that one client has been asked. It belongs to the connection, so a completion from another
 * connection cannot answer. @see signalr.md 1.11, "Client results"
 */
export class ClientResults {
  readonly #connectionId: string;
  readonly #deadlines: Deadlines;
  readonly #questions = new Map<string, Question>();
  #lastId = 0;
  #isOver = false;

  constructor(connectionId: string, deadlines: Deadlines) {
    this.#connectionId = connectionId;
    this.#deadlines = deadlines;
  }

  /** Asks: `send` is given the invocation id to use. */
  ask(send: (invocationId: string) => void, options: AskOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) throw this.#lost();
      if (options.signal?.aborted) throw canceled();
      this.#lastId++;
      const id = `s${this.#lastId}`;
      send(id);
      const question = new Question(this.#questions, id, { resolve, reject });
      question.begin(this.#deadlines, options);
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

  #lost(): MinihubError {
    return serverError('MH_SERVER_CONNECTION_LOST', clientResultErrors.disconnected(this.#connectionId));
  }
}

interface Asker {
  resolve(value: unknown): void;
  reject(error: MinihubError): void;
}

/** One question that has been asked. It is its own deadline, and listens to the signal itself. */
class Question extends Deadline {
  readonly #open: Map<string, Question>;
  readonly #id: string;
  readonly #asker: Asker;
  #timeoutMs = 0;
  #signal: AbortSignal | undefined;

  /** @param open where it is to be found while nobody has answered */
  constructor(open: Map<string, Question>, id: string, asker: Asker) {
    super();
    this.#open = open;
    this.#id = id;
    this.#asker = asker;
  }

  begin(deadlines: Deadlines, { timeoutMs = defaultTimeoutMs, signal }: AskOptions): void {
    this.#open.set(this.#id, this);
    this.#timeoutMs = timeoutMs;
    if (timeoutMs > 0) this.startIn(deadlines, timeoutMs);
    if (signal === undefined) return;
    this.#signal = signal;
    signal.addEventListener('abort', this, { once: true });
  }

  resolve(value: unknown): void {
    this.#settle();
    this.#asker.resolve(value);
  }

  reject(error: MinihubError): void {
    this.#settle();
    this.#asker.reject(error);
  }

  /** The signal is aborted. */
  handleEvent(): void {
    this.reject(canceled());
  }

  protected override overdue(): void {
    const text = `The client did not answer within ${this.#timeoutMs} ms.`;
    this.reject(serverError('MH_SERVER_ASK_TIMEOUT', text));
  }

  #settle(): void {
    this.#open.delete(this.#id);
    this.stop();
    this.#signal?.removeEventListener('abort', this);
  }
}

function canceled(): MinihubError {
  return serverError('MH_SERVER_ASK_CANCELED', clientResultErrors.canceled);
}
