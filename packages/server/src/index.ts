export { MinihubError } from '@minihub/protocol';
export type { Clock } from './clock.ts';
export { type CloseCode, type CloseCodeEntry, closeCodes } from './close-codes.ts';
export type { DisconnectOptions } from './connection/disconnect-options.ts';
export {
  type Compression,
  type DrainOptions,
  defaultCompression,
  defaultDrain,
  defaultHubLimits,
  defaultRawLimits,
  defaultServerLimits,
  defaultSlowClients,
  defaultStatefulReconnect,
  type HubLimits,
  type RawLimits,
  type ServerLimits,
  type SlowClients,
  type StatefulReconnect,
} from './defaults.ts';
export {
  forbidden,
  type RefusalOptions,
  type ServerErrorCode,
  serverErrorCodes,
  unauthorized,
  unavailable,
} from './errors.ts';
export type { HubFilter, HubInvocation } from './filters/hub-filter.ts';
export type { TrustProxy } from './http/client-address.ts';
export type { Authenticate, AuthenticateRequest, Authorize, ConnectRequest, Identity } from './http/connect-request.ts';
export type { HealthPaths } from './http/health.ts';
export type { AttachableServer } from './http/http-attachment.ts';
export type { OnRefresh } from './http/identity-refresh.ts';
export type { MiniProgram, MiniProgramPlatform } from './http/mini-program.ts';
export type { Redirect, RedirectTarget } from './http/negotiate-answer.ts';
export type { OriginPolicy } from './http/origin-policy.ts';
export type { SelectSubprotocol } from './http/web-socket-handshakes.ts';
export {
  type AnyHub,
  type ClientOf,
  defineHub,
  type HubDefinition,
  type HubMethods,
  type HubOptions,
  type ItemsOf,
} from './hub/define-hub.ts';
export type {
  AskOptions,
  AskOutcome,
  Audience,
  GroupReceiver,
  HubCallerClients,
  HubClients,
  Receiver,
  SingleReceiver,
} from './hub/hub-clients.ts';
export type { DisconnectCause, DisconnectInfo, HubConnectionInfo, HubContext } from './hub/hub-context.ts';
export { HubError } from './hub/hub-error.ts';
export type { HubGroups, HubUsers, ListPart, Member, PresenceChange } from './hub/hub-groups.ts';
export {
  type CallbacksOf,
  type HubMethod,
  type MethodOptions,
  method,
  type Parameter,
  type ReceivedArguments,
  type SentArguments,
  stream,
  type UploadParameter,
  upload,
} from './hub/hub-method.ts';
export type {
  AnySchema,
  SchemaInput,
  SchemaOutput,
  StandardIssue,
  StandardResult,
  StandardSchema,
} from './hub/standard-schema.ts';
export { type DisconnectTarget, HubHandle } from './hub-handle.ts';
export { createHubServer, HubServer } from './hub-server.ts';
export type { ConnectRates, MessageRates, OnExcess, RateLimits } from './limits/rate-limits.ts';
export type { Rate } from './limits/token-bucket.ts';
export { type LogEvent, type Logger, logEvents } from './log.ts';
export {
  type CounterName,
  endpointAttribute,
  type GaugeName,
  type HistogramName,
  type MetricDescription,
  type MetricName,
  type RefusalReason,
  refusalReasons,
  serverMetrics,
} from './metrics/metric-table.ts';
export type { GaugeReading, MetricAttributes, Metrics } from './metrics/metrics.ts';
export type { SendOptions, SlowClientPolicy } from './outbound/send-options.ts';
export { type RawBroadcastOptions, type RawDisconnectOptions, RawEndpoint } from './raw/raw-endpoint.ts';
export type { RawConnection, RawDisconnectInfo, RawHandler, RawSendOptions } from './raw/raw-handler.ts';
export type {
  AttachOptions,
  CloseOptions,
  EndpointOptions,
  HubServerOptions,
  MapOptions,
  MapRawOptions,
} from './server-options.ts';
export type { TransportName } from './transport/transport.ts';
