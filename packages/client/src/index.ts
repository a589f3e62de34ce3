export { type HubCodec, type HubDecoder, type HubMessage, MinihubError } from '@minihub/protocol';
export { type ClientError, type ClientErrorCode, clientErrorCodes } from './errors.ts';
export type { AbortSignalLike } from './hub/abort-signal.ts';
export type { ReportError } from './hub/callbacks.ts';
export type { CallOptions } from './hub/calls.ts';
export { connect } from './hub/connect.ts';
export {
  type HubConnectionState,
  type StateChange,
  type StateReason,
  stateTransitions,
  type WaitingFor,
} from './hub/connection-state.ts';
export type {
  AnyHub,
  ArgumentsOf,
  CallbackHandler,
  CallbackName,
  ContractOf,
  InvokeName,
  MethodArguments,
  MethodName,
  MethodResult,
  StreamItem,
  StreamName,
} from './hub/contract.ts';
export type { HttpClient, HttpRequest, HttpResponse } from './hub/http.ts';
export type { HubCaller, HubConnection } from './hub/hub-connection.ts';
export { type HubConnectionOptions, hubDefaults } from './hub/hub-options.ts';
export type { HubStream } from './hub/hub-stream.ts';
export {
  type ReconnectContext,
  type ReconnectDelay,
  type ReconnectOptions,
  reconnectDefaults,
} from './hub/reconnect-policy.ts';
export type { Fresh } from './hub/route.ts';
export type { FallbackHost, FallbackTransport } from './hub/transports/fallback.ts';
export type { OpenTransport, Transport, TransportEvents, TransportTarget } from './hub/transports/transport.ts';
export type { StreamObserver } from './hub/upload.ts';
export type { ContainerOptions, WxCloud } from './web-socket/container-driver.ts';
export { createWebSocketClass } from './web-socket/create-web-socket-class.ts';
export { adviseOnFailure, type FailureAdvice, type FailureRetry } from './web-socket/failure-advice.ts';
export type { HostTimers } from './web-socket/host.ts';
export type {
  CloseSocketEvent,
  ErrorSocketEvent,
  MessageSocketEvent,
  MiniWebSocket,
  MiniWebSocketClass,
  WebSocketEvents,
} from './web-socket/mini-web-socket.ts';
export type {
  AlipayPlatform,
  Platform,
  PlatformName,
  StandardConstructor,
  WxPlatform,
} from './web-socket/platform.ts';
export { classifyFailure } from './web-socket/platform-failure.ts';
export { type WebSocketClassOptions, webSocketDefaults } from './web-socket/web-socket-options.ts';
