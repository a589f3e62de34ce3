import { createResumeInbox, createResumeOutbox, type HubMessage } from '@minihub/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** One end of a stateful connection, with everything that it has to decide itself. */
class Peer {
  readonly outbox = createResumeOutbox<string>();
  readonly inbox = createResumeInbox();
  readonly received: number[] = [];
  /** What is under way to this peer; lost when the transport is cut. */
  arriving: string[] = [];
  sent = 0;

  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  send(to: Peer): void {
    const message: HubMessage = { type: 2, invocationId: this.name, item: ++this.sent };
    const frame = JSON.stringify(message);
    this.outbox.add(frame);
    to.arriving.push(frame);
  }

  acknowledge(to: Peer): void {
    const sequenceId = this.inbox.ackDue;
    if (sequenceId === undefined) return;
    to.arriving.push(JSON.stringify({ type: 8, sequenceId }));
    this.inbox.acknowledged(sequenceId);
  }

  reattach(to: Peer): void {
    this.inbox.expectSequence();
    const { sequenceId, frames } = this.outbox.resume();
    to.arriving = [JSON.stringify({ type: 9, sequenceId }), ...frames];
  }

  takeOne(): void {
    const frame = this.arriving.shift();
    if (frame === undefined) return;
    const message = JSON.parse(frame) as HubMessage;
    if (!this.inbox.shouldProcess(message)) return;
    if (message.type === 8) this.outbox.acknowledge(message.sequenceId);
    else if (message.type === 2) this.received.push(message.item as number);
  }
}

const step = fc.record({
  side: fc.constantFrom(0, 1),
  action: fc.constantFrom('send', 'send', 'take', 'take', 'take', 'acknowledge', 'cut'),
  count: fc.integer({ min: 1, max: 6 }),
});

describe('a stateful connection', () => {
  it('loses, doubles and reorders nothing, wherever its transports are cut', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const peers = [new Peer('a'), new Peer('b')] as const;
        const reattach = () => {
          peers[0].reattach(peers[1]);
          peers[1].reattach(peers[0]);
        };
        for (const { side, action, count } of steps) {
          const self = peers[side as 0 | 1];
          const other = peers[side === 0 ? 1 : 0];
          for (let i = 0; i < count; i++) {
            if (action === 'send') self.send(other);
            else if (action === 'take') self.takeOne();
            else if (action === 'acknowledge') self.acknowledge(other);
          }
          if (action === 'cut') reattach();
          // In order and without gaps at every moment, not only at the end.
          expect(self.received).toEqual(self.received.map((_, i) => i + 1));
          expect(self.outbox.sentId).toBe(self.sent);
          expect(self.outbox.acknowledgedId).toBeLessThanOrEqual(other.received.length);
        }
        reattach();
        for (const peer of peers) while (peer.arriving.length > 0) peer.takeOne();
        expect(peers[1].received.length).toBe(peers[0].sent);
        expect(peers[0].received.length).toBe(peers[1].sent);
        for (const peer of peers) peer.acknowledge(peer === peers[0] ? peers[1] : peers[0]);
        for (const peer of peers) while (peer.arriving.length > 0) peer.takeOne();
        for (const peer of peers) expect(peer.outbox.bufferedBytes).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
