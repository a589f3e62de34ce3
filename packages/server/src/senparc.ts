export {
  type MapSenparcOptions,
  mapSenparc,
  type PlainSenparcHub,
  type SenparcCallbacks,
  senparcDefaults,
} from './senparc/map-senparc.ts';
export type { SenparcEndpoint } from './senparc/senparc-endpoint.ts';
export type { SenparcDisconnectInfo, SenparcHandler, SenparcHelper } from './senparc/senparc-handler.ts';
export { type SenparcMessage, toSenparcMessage } from './senparc/senparc-message.ts';
