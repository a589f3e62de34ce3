/**
 * Puts the client where the mini program's `require('@minihub/client')` finds it: what WeChat's "build npm" does with a
 * package that has a `miniprogram_dist`, without WeChat's tools.
 */
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const client = dirname(createRequire(import.meta.url).resolve('@minihub/client/package.json'));
const target = join(import.meta.dirname, 'miniprogram', 'miniprogram_npm', '@minihub', 'client');
rmSync(target, { recursive: true, force: true });
cpSync(join(client, 'miniprogram_dist'), target, { recursive: true });
