import type { MinihubError } from '@minihub/protocol';
import type { CloseCode } from '../close-codes.ts';
import { type Dropped, Gate, type GateOwner } from '../connection/gate.ts';
import type { Opening } from '../connection/opening.ts';
import { Outbox } from '../connection/outbox.ts';
import { serverError } from '../errors.ts';
import type { DisconnectCause } from '../hub/hub-context.ts';
import { ConnectionMeter } from '../metrics/connection-meter.ts';
import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import type { Batch } from '../outbound/batch.ts';
import { mayDrop, type SendRule } from '../outbound/send-options.ts';
import { isProbing } from '../transport/probing-transport.ts';
import type { Transport, TransportEnd, TransportSink } from '../transport/transport.ts';
import { SessionConnection } from './raw-connection.ts';
import type { RawConnection, RawSendOptions } from './raw-handler.ts';
import type { RawHost } from './raw-host.ts';
import { type RawEvent, RawInbox, type RawInboxOwner } from './raw-inbox.ts';
import { joinedFrames, type RawMessage } from './raw-message.ts';

const internalError: CloseCode = 1011;
const noCloseFrame = 1006;
const policyViolation: CloseCode = 1008;

/** Why a session ended; the cause is fixed by whichever side was first. */
interface Ending {
  readonly cause: DisconnectCause;
  readonly error?: MinihubError;
}

/**
 * One client of a raw endpoint: ties the handlers to a transport.
 *
 * It ends in two steps. First nobody can reach it any more and its signal is aborted: when the server ends it, or when
 * the transport is over, whichever comes first. It is gone when the transport is over, the handlers have finished and
 * `disconnected` has run.
 */
export class RawSession implements TransportSink, RawInboxOwner, GateOwner {
  readonly opening: Opening;
  readonly connection: RawConnection;
  readonly #host: RawHost;
  readonly #transport: Transport;
  readonly #outbox: Outbox;
  readonly #inbox: RawInbox;
  readonly #meter: ConnectionMeter | undefined;
  readonly #heard = (): void => {
    this.#isAlive = true;
  };
  #isConnected = false;
  #ending: Ending | undefined;
  #isTransportOver = false;
  #abort: AbortController | undefined;
  #isPaused = false;
  #isAlive = true;
  #nextProbeMs: number;
  #gate: Gate | undefined;

  constructor(host: RawHost, transport: Transport, opening: Opening) {
    this.#host = host;
    this.#transport = transport;
    this.opening = opening;
    this.connection = new SessionConnection(this);
    this.#outbox = new Outbox(this, host.outboxSetupFor(transport));
    this.#outbox.attach(transport, joinedFrames);
    this.#meter = ConnectionMeter.of(host.metrics, transport);
    this.#inbox = new RawInbox(this, host.limits);
    this.#nextProbeMs = host.clock.now() + host.limits.pingIntervalMs;
    transport.sink = this;
  }

  /** Whether a handler runs. */
  get isBusy(): boolean {
    return this.#inbox.isBusy;
  }

  /** Runs `connecting`. To be called once, when the connection is listed. */
  start(): void {
    this.#inbox.add({ type: 'connecting' });
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#ending !== undefined) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  // ---- in: transport -> inbox -> handler --------------------------------------------------------------------------

  transportData(chunk: Buffer, isBinary: boolean): void {
    // After our close frame the peer may still be talking; nobody listens.
    if (this.#ending !== undefined) return;
    this.#isAlive = true;
    this.#host.metrics?.count('messagesReceived');
    this.#host.metrics?.count('bytesReceived', chunk.length);
    // A copy: the chunk is a piece of what the socket read, which the handler would keep as a whole.
    this.#inbox.add({ type: 'message', data: isBinary ? Buffer.from(chunk) : chunk.toString('utf8') });
  }

  transportDrain(): void {
    this.#isAlive = true;
    this.#outbox.wake();
    this.#gate?.release();
  }

  transportClosing(): void {
    // What answers the messages before the close frame must go out before its answer.
    this.#outbox.flushPending();
  }

  transportFault(): void {
    this.#outbox.flushPending();
  }

  transportEnd(end: TransportEnd): void {
    this.#isTransportOver = true;
    if (this.#ending === undefined) this.#end(endingOf(end));
    const { cause, error } = this.#ending as unknown as Ending;
    if (cause === 'protocol') this.#host.log('protocolFault', { connectionId: this.opening.id, error });
    const { code = noCloseFrame, reason = '' } = end;
    const info = { cause, code, reason, ...(error === undefined ? undefined : { error }) };
    this.#inbox.add({ type: 'disconnected', info });
  }

  handle(event: RawEvent): unknown {
    const { handler } = this.#host;
    switch (event.type) {
      case 'connecting':
        return handler.connecting?.(this.connection);
      case 'message':
        return this.#paced(event.data);
      case 'disconnected':
        return this.#isConnected ? handler.disconnected?.(this.connection, event.info) : undefined;
    }
  }

  /** Handles a message when its rate allows it. What came before the client left is not held up. */
  #paced(data: string | Buffer): unknown {
    const { clock, handler } = this.#host;
    const excess = this.#isTransportOver ? undefined : this.opening.guard?.message(clock.now());
    if (excess === undefined) return handler.message?.(this.connection, data);
    const action = excess.onExcess === 'disconnect' ? 'disconnect' : 'delay';
    const { what, scope, waitMs } = excess;
    this.#host.log('rateLimited', { connectionId: this.opening.id, what, scope, action, waitMs });
    if (action === 'disconnect') {
      this.#host.metrics?.refused('rate_limit');
      const error = serverError('MH_SERVER_RATE_LIMITED', 'The client sends more often than it may.');
      this.#stop({ cause: 'limit', error }, policyViolation, error.code);
      return undefined;
    }
    this.#host.metrics?.count('rateDelays');
    const wait = new Promise<void>((resolve) => clock.after(waitMs, resolve));
    return wait.then(() => (this.#isThrownOut ? undefined : this.#paced(data)));
  }

  /** Whether we ended it: what it had sent and was not begun is left alone. */
  get #isThrownOut(): boolean {
    return this.#ending !== undefined && this.#ending.cause !== 'client' && this.#ending.cause !== 'transport';
  }

  handled(event: RawEvent): void {
    if (event.type === 'connecting') this.#isConnected = true;
    else if (event.type === 'disconnected') this.#gone();
  }

  handleFailed(event: RawEvent, error: unknown): void {
    this.#host.log('rawHandlerThrew', { connectionId: this.opening.id, handler: event.type, error });
    if (event.type === 'disconnected') {
      this.#gone();
      return;
    }
    const failure = serverError('MH_SERVER_HANDLER_FAILED', `The ${event.type} handler threw.`, error);
    this.#stop({ cause: 'server', error: failure }, internalError, '');
    // When the client was first to go, what it sent before is left alone as well.
    this.#inbox.dropMessages();
  }

  inboxFull(isFull: boolean): void {
    if (this.#isTransportOver || this.#ending !== undefined || isFull === this.#isPaused) return;
    this.#isPaused = isFull;
    if (isFull) this.#transport.pause();
    else this.#transport.resume();
    // The answer to a ping may not have been read in time.
    this.#isAlive = true;
  }

  // ---- out: handler -> outbox -> transport ------------------------------------------------------------------------

  /** The rule for a message that is sent with these options. @throws MH_SERVER_INVALID_OPTION */
  ruleFor(options: RawSendOptions | undefined): SendRule {
    return this.#host.ruleFor(options);
  }

  send(message: RawMessage, rule: SendRule): void {
    if (this.#ending !== undefined) return;
    const batch = message.batch(this.#transport);
    if (this.#gate === undefined && (!mayDrop(rule.policy) || this.hasRoomFor(batch.byteLength))) {
      this.pass(batch);
      return;
    }
    this.#gate ??= new Gate(this);
    // Without a key, all that are sent so replace each other.
    this.#gate.hold(batch, rule, rule.policy === 'latest' ? (rule.key ?? '') : rule.key);
  }

  get bufferedBytes(): number {
    return this.#outbox.bufferedBytes + (this.#gate?.heldBytes ?? 0);
  }

  // ---- before a client that does not keep up ----------------------------------------------------------------------

  get maxBufferedBytes(): number {
    return this.#host.limits.maxBufferedBytes;
  }

  get bytesAhead(): number {
    return this.#outbox.bufferedBytes;
  }

  get metrics(): EndpointMetrics | undefined {
    return this.#host.metrics;
  }

  hasRoomFor(byteLength: number): boolean {
    return this.#outbox.hasRoomFor(byteLength);
  }

  pass(batch: Batch): void {
    this.#outbox.add(batch);
  }

  overflow(): void {
    this.#cutSlow();
  }

  missed(dropped: Dropped): void {
    this.#host.log('messagesDropped', { connectionId: this.opening.id, ...dropped });
  }

  gateOpened(): void {
    this.#gate = undefined;
  }

  epochNow(): number {
    return this.#host.clock.epochNow();
  }

  whenWritable(): Promise<void> | undefined {
    return this.#ending === undefined ? this.#outbox.whenWritable() : undefined;
  }

  /** Looks at the time. */
  tick(nowMs: number): void {
    const { pingIntervalMs, maxBufferedBytes } = this.#host.limits;
    if (this.#ending !== undefined) return;
    this.#gate?.release();
    // What is written past the outbox (answers to pings) counts as well.
    if (maxBufferedBytes > 0 && this.#transport.bufferedBytes > maxBufferedBytes) this.#cutSlow();
    else if (pingIntervalMs > 0 && nowMs >= this.#nextProbeMs) this.#probe(nowMs + pingIntervalMs);
  }

  #probe(nextProbeMs: number): void {
    this.#nextProbeMs = nextProbeMs;
    // While we do not read we cannot hear an answer.
    if (this.#isPaused || !isProbing(this.#transport)) return;
    if (this.#isAlive) {
      this.#isAlive = false;
      this.#transport.probe(this.#heard);
      return;
    }
    const error = serverError('MH_SERVER_CLIENT_TIMEOUT', 'The client did not answer a ping.');
    this.#cut({ cause: 'timeout', error });
  }

  // ---- the end ----------------------------------------------------------------------------------------------------

  /** Ends the connection from the server's side, after what was sent before. */
  close(code: number, reason: string, cause: DisconnectCause = 'server'): void {
    this.#stop({ cause }, code, reason);
  }

  /** Cuts the transport without a word. */
  terminate(): void {
    this.#transport.terminate();
  }

  #cutSlow(): void {
    if (this.#ending !== undefined) return;
    this.#host.metrics?.count('slowClients');
    const bufferedBytes = this.#transport.bufferedBytes;
    this.#host.log('slowClient', { connectionId: this.opening.id, bufferedBytes });
    this.#cut({ cause: 'slow', error: serverError('MH_SERVER_SLOW_CLIENT', 'The client does not take what is sent.') });
  }

  #cut(ending: Ending): void {
    this.#end(ending);
    this.#inbox.dropMessages();
    this.#transport.terminate();
  }

  #stop(ending: Ending, code: number, reason: string): void {
    if (this.#ending !== undefined) return;
    this.#end(ending);
    this.#inbox.dropMessages();
    this.#outbox.flushPending();
    this.#transport.close(code, reason);
  }

  /** From here on nobody can reach the connection. */
  #end(ending: Ending): void {
    this.#ending = ending;
    this.#meter?.ended();
    this.#host.unlist(this);
    this.#outbox.wake();
    if (this.#gate?.dropped !== undefined) this.missed(this.#gate.dropped);
    this.#gate = undefined;
    this.#abort?.abort();
  }

  #gone(): void {
    const { cause, error } = this.#ending as Ending;
    this.#host.log('connectionClosed', { connectionId: this.opening.id, cause, error });
    this.#meter?.closed(cause);
    this.#host.closed(this);
  }
}

/** Why the transport ended, when it was not us. */
function endingOf({ graceful, vanished, error }: TransportEnd): Ending {
  if (graceful) return { cause: 'client' };
  const isFault = error !== undefined && vanished === false;
  const message = error?.message ?? 'The connection broke without a close frame.';
  return { cause: isFault ? 'protocol' : 'transport', error: serverError('MH_SERVER_TRANSPORT', message, error) };
}
