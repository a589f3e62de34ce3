/**
 * Proves that the type-aware lint rules run, across files too. Each statement below breaks one rule and says so in a
 * suppression. Biome reports a suppression that suppresses nothing, so a rule that silently stops working fails
 * `npm run lint`. (Biome does stop silently: when it is given a configuration that does not lie at the root.)
 */
import { type Light, settle } from './lint-canary-source.ts';

/** Breaks each rule once. Never called. */
export async function breakEachRule(light: Light): Promise<string | undefined> {
  // biome-ignore lint/nursery/noFloatingPromises: the canary of this rule
  settle();
  // biome-ignore lint/nursery/noMisusedPromises: the canary of this rule
  [1].forEach(async () => settle());
  // biome-ignore lint/nursery/useExhaustiveSwitchCases: the canary of this rule
  switch (light) {
    case 'red':
      return 'stop';
  }
  return undefined;
}
