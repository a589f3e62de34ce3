// The drop-in replacement of `@microsoft/signalr`: the same names, on the engine of this package, with every transport.
export { MessageType } from '@minihub/protocol';
export type { RouteSettings } from './hub/route.ts';
export type {
  HttpClientLike,
  IHttpConnectionOptions,
  IRetryPolicy,
  IStatefulReconnectOptions,
  RetryContext,
} from './signalr/connection-options.ts';
export { HubConnectionBuilder } from './signalr/full-hub-connection-builder.ts';
export { HubConnection, HubConnectionState } from './signalr/hub-connection.ts';
export { HttpTransportType, type IHubProtocol, JsonHubProtocol, TransferFormat } from './signalr/hub-protocol.ts';
export { type ILogger, LogLevel, NullLogger } from './signalr/logging.ts';
export { AbortError, HttpError, TimeoutError } from './signalr/signalr-errors.ts';
export { type IStreamResult, type IStreamSubscriber, type ISubscription, Subject } from './signalr/subject.ts';
