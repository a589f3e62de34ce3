export { MinihubError } from '@minihub/protocol';
export { type ClientError, type ClientErrorCode, clientErrorCodes } from './errors.ts';
export type { HostTimers } from './web-socket/host.ts';
export type {
  CloseSocketEvent,
  ErrorSocketEvent,
  MessageSocketEvent,
  MiniWebSocket,
  MiniWebSocketClass,
  WebSocketEvents,
} from './web-socket/mini-web-socket.ts';
export type { Platform, PlatformName, StandardConstructor } from './web-socket/platform.ts';
export {
  adviseOnFailure,
  classifyFailure,
  type FailureAdvice,
  type FailureRetry,
} from './web-socket/platform-failure.ts';
export { createWebSocketClass } from './web-socket/web-socket-class.ts';
export { type WebSocketClassOptions, webSocketDefaults } from './web-socket/web-socket-options.ts';
