export { dangerouslyTrustCloudHosting } from './cloud-hosting.ts';
export {
  type ContentCheckOptions,
  type ContentScene,
  type ContentSuggestion,
  checkContent,
  contentCheck,
  type TextsOf,
} from './content-check.ts';
export { type Bilingual, type Errcode, errcodes, type WechatErrorCode, wechatErrorCodes } from './errcodes.ts';
export { WechatApiError, type WechatError } from './errors.ts';
export { type SubscribeAnswers, SubscribeGrants } from './grants.ts';
export { type LoginOptions, loginDefaults, type SessionGrant, type WechatLogin, wechatLogin } from './login.ts';
export { createNotifier, type Notice, type Notifier, type NotifyOptions, type NotifyResult } from './notifier.ts';
export type { WechatSession } from './session.ts';
export { sessionCallback, sessionFilter } from './session-filter.ts';
export { createMemoryStore, type MemoryStoreOptions, type WechatStore } from './store.ts';
export {
  type SubscribeMessage,
  type SubscribeOutcome,
  sendSubscribeMessage,
  subscribeMessage,
} from './subscribe-message.ts';
export { type TemplateData, toThing } from './template-data.ts';
export {
  type CodeSession,
  createWechatApi,
  type WechatAnswer,
  type WechatApi,
  type WechatAppOptions,
} from './wechat-api.ts';
