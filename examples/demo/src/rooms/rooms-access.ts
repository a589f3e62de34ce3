import type { AuthenticateRequest, HubFilter, HubHandle, Identity } from '@minihub/server';
import { unauthorized } from '@minihub/server';
import {
  createNotifier,
  sessionFilter,
  subscribeMessage,
  toThing,
  type WechatLogin,
  wechatLogin,
} from '@minihub/wechat';
import type { RoomMessage } from './room-history.ts';
import type { AwayMessages, RoomsClient } from './rooms-hub.ts';

/** The mini program whose users may log in, and the template of the messages for those who are away. */
export interface WechatSettings {
  readonly appId: string;
  readonly secret: string;
  /** Its values are `thing1` (the room), `thing2` (who), `thing3` (what). Absent: nobody is told. */
  readonly templateId?: string;
  /** @defaultValue WeChat's */
  readonly baseUrl?: string;
}

/** `WECHAT_APPID`, `WECHAT_SECRET`, `WECHAT_TEMPLATE` of the environment; `undefined` when they are not set. */
export function readWechatSettings(env: NodeJS.ProcessEnv): WechatSettings | undefined {
  const { WECHAT_APPID: appId, WECHAT_SECRET: secret, WECHAT_TEMPLATE: templateId } = env;
  if (!appId || !secret) return undefined;
  return templateId ? { appId, secret, templateId } : { appId, secret };
}

/** Who may come into the rooms, and how those who are away are told. */
export interface RoomsAccess {
  readonly authenticate: (request: AuthenticateRequest) => Identity | undefined | Promise<Identity | undefined>;
  /** What stands before the hub: who logs in is told of their session. */
  readonly filters: readonly HubFilter[];
  /** How users of the mapped hub are reached while they are away. */
  awayMessages(hub: HubHandle<RoomsClient>): AwayMessages;
}

/** Nobody who is away is told anything. */
export const noMessages: AwayMessages = { tell() {}, granted: async () => {} };

const deviceId = /^[\w-]{8,64}$/;

/**
 * With an app id and its secret, users log in by WeChat. Without, the demo believes what a device calls itself, so that
 * it can be tried with no account; what it serves then is a playground.
 */
export function createRoomsAccess(settings: WechatSettings | undefined): RoomsAccess {
  if (settings === undefined) return { authenticate: trustDevice, filters: [], awayMessages: () => noMessages };
  const login = wechatLogin(settings);
  return {
    authenticate: login.authenticate,
    filters: [sessionFilter(login)],
    awayMessages: (hub) => tellByWechat(login, hub, settings.templateId),
  };
}

function trustDevice({ query }: AuthenticateRequest): Identity {
  const device = query.get('device') ?? '';
  if (!deviceId.test(device)) throw unauthorized('The query must name a device: 8 to 64 letters and digits.');
  return { user: `device:${device}` };
}

function tellByWechat(login: WechatLogin, hub: HubHandle<RoomsClient>, templateId: string | undefined): AwayMessages {
  if (templateId === undefined) return noMessages;
  const notifier = createNotifier(hub, { api: login.api });
  return {
    tell(user, message, roomName) {
      const page = `pages/room/room?id=${message.room}`;
      // The demo goes on whether it is told or not; an application writes down what came of it.
      // A phone that sleeps keeps its connection for ten minutes: only an answer shows that somebody is there.
      const ifOffline = subscribeMessage(templateId, valuesOf(message, roomName), page);
      notifier.notify(user, { message: ['ping'], ifOffline }).catch(() => {});
    },
    granted: (user, answers) => notifier.grants.report(user, answers),
  };
}

function valuesOf({ from, text, image }: RoomMessage, roomName: string): Record<string, string> {
  return {
    thing1: toThing(roomName),
    thing2: toThing(from.name),
    thing3: toThing(image === undefined ? text : '[图片]'),
  };
}
