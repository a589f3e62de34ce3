import type { HostTimers } from '@minihub/client';

interface Timer {
  readonly id: number;
  readonly at: number;
  readonly callback: () => void;
}

/** A host whose time stands still until it is told to go on, and whose timers can be frozen, as a phone's are. */
export class FakeTimers implements HostTimers {
  private time = 1_000_000;
  private timers: Timer[] = [];
  private nextId = 1;
  private correctionMs = 0;
  /** Callbacks that have run. */
  fired = 0;

  now(): number {
    return this.time + this.correctionMs;
  }

  setTimeout(callback: () => void, delayMs: number): unknown {
    const id = this.nextId++;
    this.timers.push({ id, at: this.time + delayMs, callback });
    return id;
  }

  clearTimeout(handle: unknown): void {
    this.timers = this.timers.filter(({ id }) => id !== handle);
  }

  get pending(): number {
    return this.timers.length;
  }

  /** Lets time pass and runs what is due; promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (let fired = 0; ; fired++) {
      // Promises starve the runner's own timeout: without this a timer that always sets the next one hangs the run.
      if (fired > 10_000) throw new Error('Timers without end');
      const due = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0];
      if (due === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== due);
      this.time = Math.max(this.time, due.at);
      this.fired++;
      due.callback();
      await settle();
    }
    this.time = end;
  }

  /** The host corrects its clock by this; timers do not notice. */
  correct(ms: number): void {
    this.correctionMs += ms;
  }

  /** Lets time pass without running anything: the app is suspended. What is due runs at the next `advance`. */
  freeze(ms: number): void {
    this.time += ms;
  }
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve();
}
