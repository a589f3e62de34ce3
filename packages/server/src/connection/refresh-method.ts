import type { MethodEntry } from '../dispatch/method-table.ts';
import { HubError } from '../hub/hub-error.ts';
import type { StandardSchema } from '../hub/standard-schema.ts';
import { CallContext } from './call-context.ts';

const text: StandardSchema<string> = {
  '~standard': {
    version: 1,
    vendor: 'minihub',
    validate: (value) => (typeof value === 'string' ? { value } : { issues: [{ message: 'Expected a string.' }] }),
  },
};

/**
 * `minihub:refresh(token)`, an ordinary hub method: renews the token of a connection whose client cannot reach the
 * refresh endpoint. It answers `{ tokenLifetimeSeconds }`, or fails with the code of the refusal.
 */
export const refreshMethod: MethodEntry = {
  name: 'minihub:refresh',
  kind: 'method',
  isBuiltIn: true,
  parameters: [text],
  argumentSchemas: [text],
  uploadSchemas: [],
  authorize: undefined,
  async handler(context, token: string) {
    if (!(context instanceof CallContext)) throw new TypeError('not called by a connection');
    const outcome = await context.refresh(token);
    if (outcome.kind === 'refused') throw new HubError(outcome.code);
    return { tokenLifetimeSeconds: outcome.tokenLifetimeSeconds };
  },
};
