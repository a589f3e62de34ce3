import { createJsonCodec, createMessagePackCodec, type HubCodec } from '@minihub/protocol';
import { nodeUtf8 } from './node-utf8.ts';
import { plainCallIn } from './plain-call.ts';

/** The hub protocols that the server speaks, by name. */
export const codecs: ReadonlyMap<string, HubCodec> = new Map(
  [
    createJsonCodec({ utf8: nodeUtf8, recognize: plainCallIn }),
    createMessagePackCodec({ utf8: nodeUtf8, allocate: Buffer.allocUnsafe }),
  ].map((codec) => [codec.name, codec]),
);
