/** Why a request is not served, in the words of the status table. @see signalr.md 1.2 */
export class Refusal {
  readonly status: number;
  readonly text: string;
  /** When to try again: the `Retry-After` header. */
  readonly retryAfterSeconds: number | undefined;
  /** What else the status wants to be said, by header. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, text = '', retryAfterSeconds?: number, headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.text = text;
    this.retryAfterSeconds = retryAfterSeconds;
    this.headers = headers;
  }
}
