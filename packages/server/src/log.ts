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
  connectionResumed: ['debug', 'Connection resumed.'],
  resumedThrew: ['error', 'The resumed hook threw.'],
  authenticationRefreshedThrew: ['error', 'The authenticationRefreshed hook threw.'],
  unauthorizedCall: ['info', 'The client called a method that it may not call.'],
  connectionClosed: ['debug', 'Connection closed.'],
  requestRefused: ['info', 'Request refused.'],
  authenticateFailed: ['error', 'The authenticate hook threw.'],
  hookThrew: ['error', 'A hook of an endpoint threw.'],
  protocolFault: ['info', 'The peer broke the protocol.'],
  callRefused: ['info', 'A call does not fit the method or is one too many.'],
  unknownMethod: ['info', 'The client called a method that does not exist.'],
  bindingFailed: ['info', 'The arguments of an invocation do not fit.'],
  methodThrew: ['error', 'A hub method threw.'],
  resultUnencodable: ['error', 'The result of a hub method cannot be encoded.'],
  connectedThrew: ['error', 'The connected hook threw.'],
  disconnectedThrew: ['error', 'The disconnected hook threw.'],
  streamCleanupThrew: ['warn', 'A stream threw while it was being ended.'],
  rawHandlerThrew: ['error', 'A raw endpoint handler threw.'],
  senparcHandlerThrew: ['error', 'A Senparc handler threw.'],
  metricsThrew: ['error', 'A metrics exporter threw.'],
  slowClient: ['warn', 'A client does not take what is sent to it.'],
  messagesDropped: ['info', 'Messages were dropped because a client did not take them in time.'],
} as const;

/** One of the names of {@link logEvents}. */
export type LogEvent = keyof typeof events;

/** Every event that the server logs: its stable name, level and text. Nothing is logged elsewhere. */
export const logEvents: Readonly<Record<LogEvent, readonly [Level, string]>> = events;

/** Writes one event. */
export type Log = (event: LogEvent, fields: object) => void;

/** The log of a server; silent without a logger. */
export function createLog(logger: Logger | undefined): Log {
  if (logger === undefined) return () => {};
  return (event, fields) => {
    const [level, message] = logEvents[event];
    try {
      logger[level]({ event, ...fields }, message);
    } catch {
      // A logger that throws must not break the connection it reports on, and there is nobody left to tell.
    }
  };
}
