export type {
  AlipayRequestOptions,
  AlipayResponse,
  AlipaySocketEvent,
  AlipaySocketTask,
  SimulatedMy,
} from './alipay-shape.ts';
export type { ApiCallbacks } from './api-result.ts';
export { createFakeClock, type FakeClock, realClock, type SimulatorClock } from './clock.ts';
export { createWx } from './create-wx.ts';
export type { FailureKind } from './failure-texts.ts';
export type { SimulatedTaro, SimulatedUni } from './framework-shapes.ts';
export type { PhoneTimers } from './js-thread.ts';
export { loadMiniProgramModule, type MiniProgramModuleOptions } from './module-loader.ts';
export { shadowedGlobals } from './module-wrapper.ts';
export type { LossKind, NativeSocket } from './native-socket.ts';
export type { Phone, PhoneOptions } from './phone.ts';
export type { AppState, HideReason, PhoneApp } from './phone-app.ts';
export type { NetworkConditions, NetworkStatus, PhoneNetwork } from './phone-network.ts';
export { defaultQuirks, type NetworkType, type PhonePlatform, type PhoneQuirks } from './phone-quirks.ts';
export type { Routes } from './routes.ts';
export type { SimulatedPhone } from './simulated-phone.ts';
export type { DialEvents, DialedSocket, DialRequest, SocketDriver } from './socket-driver.ts';
export type { SocketTraffic } from './socket-traffic.ts';
export type { RequestOptions, RequestResult, RequestTask } from './wx-request.ts';
export type { SimulatedWx } from './wx-shape.ts';
export type { ConnectSocketOptions, SocketTask } from './wx-sockets.ts';
