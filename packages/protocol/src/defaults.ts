import type { DecoderLimits } from './codec.ts';

/** Hub protocol versions that are spoken. 2 is 1 with Ack and Sequence. */
export const hubProtocolVersions: readonly [1, 2] = [1, 2];

/** Default limits of a decoder; see {@link DecoderLimits} for units and off values. */
export const defaultDecoderLimits: DecoderLimits = {
  maxMessageBytes: 32_768,
  maxRecordsPerChunk: 16_384,
  maxArguments: 256,
  maxStreamIds: 64,
  maxHeaders: 64,
  maxDepth: 64,
  maxCollectionItems: 65_536,
};
