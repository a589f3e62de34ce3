import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `bench/`. */
export const folder = dirname(dirname(fileURLToPath(import.meta.url)));
/** The root of the repository. */
export const repository = dirname(folder);
/** What is built: the load generator, the server in one file. Not committed. */
export const buildFolder = join(folder, '.build');
export const resultsFolder = join(folder, 'results');
