const maxReasonBytes = 123;

/**
 * The longest beginning of a close reason that fits into a close frame, cut between two characters.
 * @see RFC 6455, 5.5: a control frame carries at most 125 bytes, two of which are the code
 */
export function cutCloseReason(reason: string): string {
  const bytes = Buffer.from(reason, 'utf8');
  if (bytes.length <= maxReasonBytes) return reason;
  let end = maxReasonBytes;
  // A byte 10xxxxxx goes on with a character that began before it.
  while (((bytes[end] as number) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
