import type { StandardSchema } from '../hub/standard-schema.ts';

/** Any string. */
export const textSchema: StandardSchema<string> = {
  '~standard': {
    version: 1,
    vendor: 'minihub',
    validate: (value) => (typeof value === 'string' ? { value } : { issues: [{ message: 'Expected a string.' }] }),
  },
};
