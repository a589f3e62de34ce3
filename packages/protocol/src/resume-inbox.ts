import { MinihubError } from './errors.ts';
import { type HubMessage, MessageType } from './messages.ts';
import { isTrackable } from './resume-outbox.ts';

/** The text about a Sequence that would leave a gap. @see signalr.md 1.12 */
export const sequenceTooHighText = "Sequence ID greater than amount of messages we've received.";

/**
 * The receiving side of stateful reconnect: counts trackable messages, and drops those that a reattach brings twice.
 * Pure: the caller has the timer, and sends the Ack.
 */
export interface ResumeInbox {
  /** The highest id received; 0 before the first. */
  readonly receivedId: number;
  /** The id of the Ack to be sent, or `undefined` when nothing new has come since the last. SignalR looks each second. */
  readonly ackDue: number | undefined;
  /**
   * Whether a message is to be handled; it is dropped if not. Takes Sequence messages too, and is then false.
   * @throws MH_PROTO_SEQUENCE at a Sequence that would leave a gap, which is fatal
   */
  shouldProcess(message: HubMessage): boolean;
  /** Says that the Ack of this id was sent. */
  acknowledged(sequenceId: number): void;
  /** Says that a new transport is attached: everything is dropped until a Sequence has come. */
  expectSequence(): void;
}

/** Makes the receiving side of one stateful connection. */
export function createResumeInbox(): ResumeInbox {
  return new Inbox();
}

class Inbox implements ResumeInbox {
  receivedId = 0;

  private nextId = 1;
  private acknowledgedId = 0;
  private waitsForSequence: boolean = false;

  get ackDue(): number | undefined {
    return this.receivedId > this.acknowledgedId ? this.receivedId : undefined;
  }

  shouldProcess(message: HubMessage): boolean {
    if (message.type === MessageType.Sequence) {
      this.rewind(message.sequenceId);
      return false;
    }
    if (this.waitsForSequence) return false;
    if (!isTrackable(message)) return true;
    const id = this.nextId++;
    if (id <= this.receivedId) return false;
    this.receivedId = id;
    return true;
  }

  acknowledged(sequenceId: number): void {
    this.acknowledgedId = Math.max(this.acknowledgedId, sequenceId);
  }

  expectSequence(): void {
    this.waitsForSequence = true;
  }

  private rewind(sequenceId: number): void {
    // Measured against what was received, not against the counter: a resend that is cut leaves the counter behind,
    // and an Ack that arrived meanwhile lets the peer go on from further ahead without any gap.
    if (sequenceId > this.receivedId + 1) throw new MinihubError('MH_PROTO_SEQUENCE', sequenceTooHighText);
    if (sequenceId < 1) throw new MinihubError('MH_PROTO_SEQUENCE', 'Sequence ID less than 1.');
    this.waitsForSequence = false;
    this.nextId = sequenceId;
    // The peer sends again what an Ack of ours covered: that Ack was lost, so another one is due.
    this.acknowledgedId = Math.min(this.acknowledgedId, sequenceId - 1);
  }
}
