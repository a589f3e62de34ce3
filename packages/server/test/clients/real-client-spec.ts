import { describe } from 'vitest';
import { trapFaults } from '../support/fault-trap.ts';
import { accessSpec } from './access-spec.ts';
import { callbacksSpec } from './callbacks-spec.ts';
import { callsSpec } from './calls-spec.ts';
import type { ClientKit, Mode } from './client-kits.ts';
import { lifecycleSpec } from './lifecycle-spec.ts';
import { streamsSpec } from './streams-spec.ts';

const modes: readonly Mode[] = ['negotiating', 'skipping negotiation'];

/** What every official client must be able to do against the server, as far as its version has it. */
export function realClientSpec(makeKit: () => ClientKit): void {
  const kit = makeKit();
  trapFaults();
  describe.each(modes)(`${kit.name}, %s`, (mode) => {
    callsSpec(kit, mode);
    callbacksSpec(kit, mode);
    streamsSpec(kit, mode);
    lifecycleSpec(kit, mode);
    accessSpec(kit, mode);
  });
}
