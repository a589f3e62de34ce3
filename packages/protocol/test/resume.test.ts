import {
  createResumeInbox,
  createResumeOutbox,
  type HubMessage,
  isTrackable,
  type ResumeInbox,
} from '@minihub/protocol';
import { describe, expect, it } from 'vitest';

const item: HubMessage = { type: 2, invocationId: '1', item: 0 };
const ping: HubMessage = { type: 6 };

function receive(inbox: ResumeInbox, count: number): void {
  for (let i = 0; i < count; i++) expect(inbox.shouldProcess(item)).toBe(true);
}

describe('isTrackable', () => {
  it('is true of types 1 to 5', () => {
    const types = [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((type) => isTrackable({ type } as HubMessage));
    expect(types).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('ResumeOutbox', () => {
  it('numbers from 1, keeps frames, and drops what is acknowledged', () => {
    const outbox = createResumeOutbox<string>();
    expect(outbox.resume()).toEqual({ sequenceId: 1, frames: [] });
    expect([outbox.add('aa'), outbox.add('b'), outbox.add('c', 3)]).toEqual([1, 2, 3]);
    expect(outbox).toMatchObject({ sentId: 3, acknowledgedId: 0, bufferedBytes: 6 });
    outbox.acknowledge(1);
    expect(outbox).toMatchObject({ sentId: 3, acknowledgedId: 1, bufferedBytes: 4 });
    expect(outbox.resume()).toEqual({ sequenceId: 2, frames: ['b', 'c'] });
    outbox.acknowledge(3);
    expect(outbox.resume()).toEqual({ sequenceId: 4, frames: [] });
    expect(outbox.bufferedBytes).toBe(0);
  });

  it('gives the same frames at each resume until they are acknowledged', () => {
    const outbox = createResumeOutbox<string>();
    outbox.add('a');
    expect(outbox.resume()).toEqual(outbox.resume());
    expect(outbox.resume().frames).toEqual(['a']);
  });

  it('ignores an Ack that is older than an earlier one', () => {
    const outbox = createResumeOutbox<string>();
    for (const frame of ['a', 'b', 'c']) outbox.add(frame);
    outbox.acknowledge(2);
    for (const id of [1, 0, -5, 2, Number.NaN]) outbox.acknowledge(id);
    expect(outbox.resume()).toEqual({ sequenceId: 3, frames: ['c'] });
  });

  it('refuses an Ack above what was sent', () => {
    const outbox = createResumeOutbox<string>();
    outbox.add('a');
    expect(() => outbox.acknowledge(2)).toThrow(expect.objectContaining({ code: 'MH_PROTO_SEQUENCE' }));
    expect(outbox.resume().frames).toEqual(['a']);
  });

  it('is full while more than the limit is kept, and never with the limit off', () => {
    const outbox = createResumeOutbox<string>({ maxBytes: 3 });
    outbox.add('abc');
    expect(outbox.isFull).toBe(false);
    outbox.add('d');
    expect(outbox.isFull).toBe(true);
    outbox.acknowledge(1);
    expect(outbox.isFull).toBe(false);
    const endless = createResumeOutbox<Uint8Array>({ maxBytes: 0 });
    endless.add(new Uint8Array(1_000_000));
    expect(endless.isFull).toBe(false);
  });

  it('is full beyond 100 000 bytes by default', () => {
    const outbox = createResumeOutbox<Uint8Array>();
    outbox.add(new Uint8Array(100_000));
    expect(outbox.isFull).toBe(false);
    outbox.add(new Uint8Array(1));
    expect(outbox.isFull).toBe(true);
  });
});

describe('ResumeInbox', () => {
  it('counts trackable messages only, and says which Ack is due', () => {
    const inbox = createResumeInbox();
    expect(inbox.ackDue).toBeUndefined();
    expect(inbox.shouldProcess(ping)).toBe(true);
    expect(inbox.shouldProcess({ type: 8, sequenceId: 7 })).toBe(true);
    expect(inbox.ackDue).toBeUndefined();
    receive(inbox, 2);
    expect(inbox).toMatchObject({ receivedId: 2, ackDue: 2 });
    inbox.acknowledged(2);
    expect(inbox.ackDue).toBeUndefined();
  });

  it('drops what a resend brings twice, and takes what is new', () => {
    const inbox = createResumeInbox();
    receive(inbox, 3);
    inbox.expectSequence();
    expect(inbox.shouldProcess({ type: 9, sequenceId: 2 })).toBe(false);
    expect([1, 2, 3].map(() => inbox.shouldProcess(item))).toEqual([false, false, true]);
    expect(inbox.receivedId).toBe(4);
  });

  it('drops everything until the Sequence, control messages too', () => {
    const inbox = createResumeInbox();
    inbox.expectSequence();
    expect([ping, item, { type: 7 } as HubMessage].map((message) => inbox.shouldProcess(message))).toEqual([
      false,
      false,
      false,
    ]);
    inbox.shouldProcess({ type: 9, sequenceId: 1 });
    expect(inbox.shouldProcess(ping)).toBe(true);
    receive(inbox, 1);
    expect(inbox.receivedId).toBe(1);
  });

  it('owes an Ack again when the peer resends what was acknowledged', () => {
    const inbox = createResumeInbox();
    receive(inbox, 3);
    inbox.acknowledged(3);
    inbox.shouldProcess({ type: 9, sequenceId: 4 });
    expect(inbox.ackDue).toBeUndefined();
    inbox.shouldProcess({ type: 9, sequenceId: 2 });
    expect(inbox.ackDue).toBe(3);
  });

  it('refuses a Sequence that would leave a gap', () => {
    const inbox = createResumeInbox();
    receive(inbox, 2);
    inbox.shouldProcess({ type: 9, sequenceId: 3 });
    expect(() => inbox.shouldProcess({ type: 9, sequenceId: 4 })).toThrow(
      expect.objectContaining({
        code: 'MH_PROTO_SEQUENCE',
        message: "Sequence ID greater than amount of messages we've received.",
      }),
    );
    expect(() => inbox.shouldProcess({ type: 9, sequenceId: 0 })).toThrow(
      expect.objectContaining({ code: 'MH_PROTO_SEQUENCE' }),
    );
  });

  it('takes a Sequence further ahead than a resend that was cut, when nothing is missing', () => {
    const inbox = createResumeInbox();
    receive(inbox, 5);
    inbox.shouldProcess({ type: 9, sequenceId: 1 });
    inbox.shouldProcess(item);
    // The Ack of the five has reached the peer meanwhile, and the transport is lost again.
    inbox.shouldProcess({ type: 9, sequenceId: 6 });
    receive(inbox, 1);
    expect(inbox.receivedId).toBe(6);
  });
});
