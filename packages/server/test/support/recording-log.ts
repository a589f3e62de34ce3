import type { Log, LogEvent } from '../../src/log.ts';

/** A log that remembers. */
export class RecordingLog {
  readonly entries: { readonly event: LogEvent; readonly fields: Record<string, unknown> }[] = [];

  readonly log: Log = (event, fields) => {
    this.entries.push({ event, fields: { ...fields } });
  };

  /** The names of the events, in order. */
  get events(): LogEvent[] {
    return this.entries.map(({ event }) => event);
  }

  /** The entries of one event. */
  of(event: LogEvent): Record<string, unknown>[] {
    return this.entries.filter((entry) => entry.event === event).map(({ fields }) => fields);
  }
}
