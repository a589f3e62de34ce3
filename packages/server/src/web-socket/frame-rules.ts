/** The opcodes. @see RFC 6455, 5.2 */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** FIN: the frame is the last of its message. */
export const finBit = 0x80;
/** RSV1: with permessage-deflate, the message is compressed. @see RFC 7692, 6 */
export const compressedBit = 0x40;
/** The part of a frame's first byte that is its opcode. */
export const opcodeBits = 0x0f;
/** The bit of an opcode that makes it that of a control frame. */
export const controlBit = 0x08;
/** MASK: the payload is masked, as all of a client's is. */
export const maskBit = 0x80;
/** The most that a control frame can carry, in bytes. */
export const maxControlBytes = 125;
/** What stands for a close frame without a code. @see RFC 6455, 7.1.5 */
export const noCloseCode = 1005;

const reserved = 'RSV1, RSV2 and RSV3 must be clear.';

/** Whether a frame that begins so is a client's whole message in text or bytes, as nearly all are. */
export function isPlain(first: number, second: number): boolean {
  return (first === (finBit | opcodes.text) || first === (finBit | opcodes.binary)) && second >= maskBit;
}

/** Where a frame comes. */
export interface FramePlace {
  /** Whether a message has begun and not ended. */
  readonly isInMessage: boolean;
  /** Whether compression was agreed on. */
  readonly mayCompress: boolean;
}

/** What is wrong with a client's frame that begins so; `undefined` for nothing. @see RFC 6455, 5.1, 5.2, 5.4, 5.5 */
export function faultOfHead(first: number, second: number, place: FramePlace): string | undefined {
  const opcode = first & opcodeBits;
  const beginsMessage = opcode === opcodes.text || opcode === opcodes.binary;
  // Only the first frame of a message says that it is compressed.
  const allowed = place.mayCompress && beginsMessage ? compressedBit : 0;
  if ((first & 0x70 & ~allowed) !== 0) return reserved;
  if ((second & maskBit) === 0) return 'A client must mask its frames.';
  if (beginsMessage) return place.isInMessage ? 'A message begins inside of another.' : undefined;
  switch (opcode) {
    case opcodes.continuation:
      return place.isInMessage ? undefined : 'There is no message to continue.';
    case opcodes.close:
    case opcodes.ping:
    case opcodes.pong:
      return faultOfControl(opcode, (first & finBit) !== 0, second & 0x7f);
    default:
      return `Opcode ${opcode} is reserved.`;
  }
}

function faultOfControl(opcode: number, isFinal: boolean, length: number): string | undefined {
  if (!isFinal) return 'A control frame must not be fragmented.';
  if (length > maxControlBytes) return `A control frame carries ${maxControlBytes} bytes at most.`;
  return opcode === opcodes.close && length === 1 ? 'A close code has two bytes.' : undefined;
}

/** Whether a close frame may carry the code. @see RFC 6455, 7.4, and the registry that it founds */
export function isCloseCode(code: number): boolean {
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== noCloseCode && code !== 1006;
}
