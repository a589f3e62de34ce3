/**
 * [[把 @minihub/client 放进小程序的 miniprogram_npm，相当于开发者工具的「构建 npm」。npm install 之后自动执行。|Puts @minihub/client into the mini program's miniprogram_npm, as "build npm" of WeChat's devtools would. Runs after npm install.]]
 */
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const client = dirname(createRequire(import.meta.url).resolve('@minihub/client/package.json'));
const target = join(root, 'miniprogram', 'miniprogram_npm', '@minihub', 'client');

rmSync(target, { recursive: true, force: true });
cpSync(join(client, 'miniprogram_dist'), target, { recursive: true });
