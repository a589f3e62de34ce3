/**
 * Lets everything that is ready happen: promises and the end of the event-loop turn, at which outboxes are flushed.
 * It waits for no time: a handful of turns is what the longest chain of promises and flushes here needs.
 */
export async function turns(count = 4): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
