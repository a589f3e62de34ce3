/** What the rooms of the mini program allow. The mini program has the same numbers in its `config.js`. */
export const roomLimits = {
  /** Characters of a name. */
  nameLength: 20,
  /** Characters of a message. */
  textLength: 1_000,
  /** Messages that a room remembers. */
  historyMessages: 200,
  /** Messages that are given out at once. */
  pageMessages: 50,
  /** Bytes of a picture. */
  imageBytes: 512 * 1024,
  /** Bytes of one piece of a picture on its way. */
  chunkBytes: 16 * 1024,
  /** Bytes of all pictures together; the oldest go first. */
  allImageBytes: 32 * 1024 * 1024,
  /** Somebody who was in a room is told of what they miss for so long, in milliseconds. */
  remembersGuestsMs: 7 * 24 * 3_600_000,
} as const;
