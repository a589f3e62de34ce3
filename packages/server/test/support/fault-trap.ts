import { afterEach, beforeEach, expect } from 'vitest';

/**
 * Fails each test of the file in which a promise was rejected with nobody listening, or something was thrown into
 * nothing: what would end a real server's process.
 */
export function trapFaults(): void {
  const faults: unknown[] = [];
  const trap = (fault: unknown): void => {
    faults.push(fault);
  };
  beforeEach(() => {
    faults.length = 0;
    process.on('unhandledRejection', trap);
    process.on('uncaughtException', trap);
  });
  afterEach(async () => {
    // Rejections are reported at the end of a turn.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', trap);
    process.off('uncaughtException', trap);
    expect(faults).toEqual([]);
  });
}
