export type { FakeUser } from './fake/fake-credentials.ts';
export type { SentMessage } from './fake/fake-messages.ts';
export { type FakeCall, type FakeWechat, type FakeWechatOptions, startFakeWechat } from './fake/fake-wechat.ts';
export { type StoreBehaviour, storeBehaviours } from './store-behaviours.ts';
