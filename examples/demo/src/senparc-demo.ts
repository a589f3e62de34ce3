import { setTimeout as after } from 'node:timers/promises';
import { defineHub, type HubServer, method } from '@minihub/server';
import { mapSenparc, type SenparcCallbacks, type SenparcHelper, type SenparcMessage } from '@minihub/server/senparc';
import { z } from 'zod';
import { limits } from '../public/limits.js';

/** What `/SenparcHub` calls on its clients. */
export interface SenparcDemoClient extends SenparcCallbacks {
  ReceiveCustomMessage(user: string, message: string): void;
}

/** What is added to `/SenparcHub`. */
const customMessages = defineHub<SenparcDemoClient>()({
  methods: {
    SendCustomMessage: method(
      [z.string().max(limits.nameLength), z.string().max(limits.textLength)],
      ({ clients }, user, message) => clients.all.ReceiveCustomMessage(user, message),
    ),
  },
});

/**
 * Serves the mini-program clients of Senparc.WebSocket with what the demo of the original does: the text comes back,
 * then backwards after some work, then everybody else hears of it.
 * @param workMs how long the work takes, in milliseconds
 */
export function mapSenparcDemo(hubs: HubServer, workMs: number): void {
  const onMessage = async (helper: SenparcHelper, { message }: SenparcMessage): Promise<void> => {
    await helper.sendMessage(message);
    await helper.sendMessage('正在处理… · Working on it…');
    // Rejected when the client leaves in the meantime. The work is done all the same: others are to hear of it.
    await after(workMs, undefined, { signal: helper.signal }).catch(() => {});
    await helper.sendMessage(reverse(message));
    await helper.sendMessageToOthers(`有人说 · Somebody said: ${message}`);
  };
  mapSenparc(hubs, { handler: { onMessage }, hub: customMessages });
}

/** The text backwards, by what a reader takes for characters: families and flags stay whole. */
export function reverse(text: string): string {
  return [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)]
    .map(({ segment }) => segment)
    .reverse()
    .join('');
}
