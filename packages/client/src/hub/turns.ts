/**
 * Lets one thing happen at a time: what comes within a step comes after it, and so does whatever others may answer to
 * (listeners, callers, the user's own functions), in order.
 */
export class Turns {
  private isBusy: boolean = false;
  private isTelling: boolean = false;
  private readonly pending: (() => void)[] = [];
  private readonly failed: (error: unknown) => void;

  constructor(failed: (error: unknown) => void) {
    this.failed = failed;
  }

  /** Does `step` now, or after the step that is under way; then everything that is pending. */
  take(step: () => void): void {
    if (this.isBusy) {
      this.later(() => this.take(step));
      return;
    }
    this.isBusy = true;
    this.attempt(step);
    this.isBusy = false;
    if (this.isTelling) return;
    this.isTelling = true;
    while (this.pending.length > 0) this.attempt(this.pending.shift() as () => void);
    this.isTelling = false;
  }

  /** Does `act` after the step. */
  later(act: () => void): void {
    this.pending.push(act);
  }

  private attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.failed(error);
    }
  }
}
