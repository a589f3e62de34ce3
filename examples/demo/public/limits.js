/**
 * What the demo allows. The page and the server read the same file, so that neither promises what the other refuses.
 * Lengths are in UTF-16 code units, as `maxlength` counts them.
 */
export const limits = Object.freeze({
  /** Characters of a person's name. */
  nameLength: 24,
  /** Characters of a room's name. */
  roomLength: 40,
  /** Characters of one message. */
  textLength: 500,
  /** Rooms that one connection may be in. */
  roomsPerConnection: 10,
  /** The highest number to count down from. */
  countdownFrom: 100,
  /** Numbers in one sum. */
  sumItems: 10_000,
});
