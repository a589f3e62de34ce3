/** What a traffic light shows; `lint-canary.ts` forgets one of them on purpose. */
export type Light = 'red' | 'green';

/** Is async, so that a call of it without `await` floats. */
export async function settle(): Promise<void> {}
