import { type Clock, systemClock } from './clock.ts';

/**
 * Where events go. Any logger whose methods take an object and a text fits, pino as it is.
 * @defaultValue silent
 */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

type Level = keyof Logger;

const events = {
  connectionOpened: ['debug', 'Connection opened.'],
  draining: ['info', 'Clients are being moved away.'],
  connectionResumed: ['debug', 'Connection resumed.'],
  resumedThrew: ['error', 'The resumed hook threw.'],
  authenticationRefreshedThrew: ['error', 'The authenticationRefreshed hook threw.'],
  unauthorizedCall: ['info', 'The client called a method that it may not call.'],
  connectionClosed: ['debug', 'Connection closed.'],
  requestRefused: ['info', 'Request refused.'],
  authenticationUnavailable: ['error', 'It could not be found out who sends a request.'],
  authenticateFailed: ['error', 'The authenticate hook threw.'],
  hookThrew: ['error', 'A hook of an endpoint threw.'],
  requestFailed: ['error', 'A request failed because of a mistake in the server; its connection was cut.'],
  protocolFault: ['info', 'The peer broke the protocol.'],
  callRefused: ['info', 'A call does not fit the method or is one too many.'],
  unknownMethod: ['info', 'The client called a method that does not exist.'],
  bindingFailed: ['info', 'The arguments of an invocation do not fit.'],
  methodThrew: ['error', 'A hub method threw.'],
  hubErrorThrown: ['debug', 'A hub method threw a HubError, on purpose: its caller is told.'],
  resultUnencodable: ['error', 'The result of a hub method cannot be encoded.'],
  connectedThrew: ['error', 'The connected hook threw.'],
  disconnectedThrew: ['error', 'The disconnected hook threw.'],
  presenceListenerThrew: ['error', 'A listener of users.onChange threw.'],
  streamCleanupThrew: ['warn', 'A stream threw while it was being ended.'],
  rawHandlerThrew: ['error', 'A raw endpoint handler threw.'],
  senparcHandlerThrew: ['error', 'A Senparc handler threw.'],
  metricsThrew: ['error', 'A metrics exporter threw.'],
  rateLimited: ['info', 'A client does something more often than it may.'],
  connectedLate: [
    'warn',
    'The connected hook has not ended long after its client had left; nobody waits for it any more.',
  ],
  callsDropped: ['warn', 'A client had left, and calls that it had sent waited too long behind others.'],
  slowClient: ['warn', 'A client does not take what is sent to it.'],
  flushInPieces: ['debug', 'Writing to many clients took long, and was done in pieces.'],
  messagesDropped: ['info', 'Messages were dropped because a client did not take them in time.'],
} as const;

/** One of the names of {@link logEvents}. */
export type LogEvent = keyof typeof events;

/** Every event that the server logs: its stable name, level and text. Nothing is logged elsewhere. */
export const logEvents: Readonly<Record<LogEvent, readonly [Level, string]>> = events;

/** What stands in each event besides its name. Errors are whole, and everything else is short; nothing is a secret. */
export const logEventFields: Readonly<Record<LogEvent, readonly string[]>> = {
  connectionOpened: ['connectionId', 'user'],
  draining: ['connections', 'perSecond', 'deadlineMs'],
  connectionResumed: ['connectionId', 'resumes'],
  resumedThrew: ['connectionId', 'error'],
  presenceListenerThrew: ['user', 'error'],
  authenticationRefreshedThrew: ['connectionId', 'error'],
  unauthorizedCall: ['connectionId', 'target'],
  connectionClosed: ['connectionId', 'cause', 'error'],
  requestRefused: ['status', 'reason', 'why', 'path', 'remoteAddress'],
  authenticationUnavailable: ['why'],
  authenticateFailed: ['error'],
  hookThrew: ['hook', 'error'],
  requestFailed: ['error'],
  protocolFault: ['connectionId', 'error'],
  callRefused: ['connectionId', 'target', 'reason', 'why'],
  unknownMethod: ['connectionId', 'target'],
  bindingFailed: ['connectionId', 'target', 'issues', 'error'],
  methodThrew: ['connectionId', 'target', 'error'],
  hubErrorThrown: ['connectionId', 'target', 'error'],
  resultUnencodable: ['connectionId', 'target', 'error'],
  connectedThrew: ['connectionId', 'error'],
  disconnectedThrew: ['connectionId', 'error'],
  streamCleanupThrew: ['error'],
  rawHandlerThrew: ['connectionId', 'handler', 'error'],
  senparcHandlerThrew: ['connectionId', 'handler', 'error'],
  metricsThrew: ['error'],
  rateLimited: ['connectionId', 'user', 'what', 'scope', 'action', 'waitMs'],
  connectedLate: ['connectionId'],
  callsDropped: ['connectionId', 'waiting'],
  slowClient: ['connectionId', 'bufferedBytes'],
  flushInPieces: ['connections', 'pieces', 'durationMs'],
  messagesDropped: ['connectionId', 'count', 'bytes', 'since'],
};

/** Writes one event. */
export type Log = (event: LogEvent, fields: object) => void;

/** The log of a server; silent without a logger. */
export function createLog(logger: Logger | undefined, clock: Pick<Clock, 'now'> = systemClock): Log {
  if (logger === undefined) return () => {};
  const budget = new LogBudget(clock);
  return (event, fields) => {
    const suppressed = callerDriven.has(event) ? budget.take(event) : 0;
    if (suppressed === undefined) return;
    const [level, message] = logEvents[event];
    try {
      logger[level]({ event, ...fields, ...(suppressed > 0 ? { suppressed } : undefined) }, message);
    } catch {
      // A logger that throws must not break the connection it reports on, and there is nobody left to tell.
    }
  };
}

/** How many lines each event of {@link callerDriven} may fill in a second. */
const maxLinesPerSecond = 10;

/** Events that whoever can reach the server causes at will: a flood of requests must not become one of lines. */
const callerDriven: ReadonlySet<LogEvent> = new Set([
  'requestRefused',
  'rateLimited',
  'protocolFault',
  'callRefused',
  'unknownMethod',
  'bindingFailed',
  'hubErrorThrown',
  'unauthorizedCall',
]);

/** Lines that events have left in the current second. */
class LogBudget {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #lines = new Map<LogEvent, { second: number; written: number; suppressed: number }>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** `undefined` when the event is to be left out; else how many were left out since the last line. */
  take(event: LogEvent): number | undefined {
    const second = Math.floor(this.#clock.now() / 1_000);
    let line = this.#lines.get(event);
    if (line === undefined || line.second !== second) {
      line = { second, written: 0, suppressed: line?.suppressed ?? 0 };
      this.#lines.set(event, line);
    }
    if (line.written >= maxLinesPerSecond) {
      line.suppressed++;
      return undefined;
    }
    line.written++;
    const { suppressed } = line;
    line.suppressed = 0;
    return suppressed;
  }
}
