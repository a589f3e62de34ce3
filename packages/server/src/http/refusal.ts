/** Why a request is not served, in the words of the status table. @see signalr.md 1.2 */
export class Refusal {
  readonly status: number;
  readonly text: string;

  constructor(status: number, text = '') {
    this.status = status;
    this.text = text;
  }
}
