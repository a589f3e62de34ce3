/** The longest interval that timers take, in milliseconds. */
const longMs = 2 ** 31 - 1;

/**
 * Keeps the process until `work` is settled. The clock's timers do not, so that a server that nobody uses holds up
 * nothing; but who waits for the end of one must live to see it.
 */
export async function keepingAlive(work: Promise<void>): Promise<void> {
  const timer = setInterval(() => {}, longMs);
  try {
    await work;
  } finally {
    clearInterval(timer);
  }
}
