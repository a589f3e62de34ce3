/** Why a request is not served, in the words of the status table. @see signalr.md 1.2 */
export class Refusal {
  readonly status: number;
  readonly text: string;
  /** When to try again: the `Retry-After` header. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, text = '', retryAfterSeconds?: number) {
    this.status = status;
    this.text = text;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
