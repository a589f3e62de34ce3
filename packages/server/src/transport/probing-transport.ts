import type { Transport } from './transport.ts';

/** Optional ability of a transport: asking the peer for a sign of life below the messages, as WebSocket pings do. */
export interface ProbingTransport extends Transport {
  /**
   * Asks. Never throws; after the end it does nothing.
   * @param onAnswer called for each answer; the latest one given is kept
   */
  probe(onAnswer: () => void): void;
}

/** Whether a transport can ask its peer for a sign of life. */
export function isProbing(transport: Transport): transport is ProbingTransport {
  return 'probe' in transport;
}
