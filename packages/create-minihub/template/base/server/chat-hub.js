import { defineHub, method } from '@minihub/server';
import { z } from 'zod';

/**
 * @typedef {{ id: number, name: string, text: string, sentAt: number }} Message
 * @typedef {{ message(message: Message): void }} ChatClient [[服务器在客户端上调用的回调|What the server calls on its clients]]
 */

/** [[新来的人能看到多少条消息。|How many messages are kept for those who come later.]] */
const keptMessages = 50;

const defineChatHub = /** @type {typeof defineHub<ChatClient>} */ (defineHub);

/** [[一个聊天室。|One room in which everybody hears everybody.]] */
export function createChatHub() {
  /** @type {Message[]} */
  const messages = [];
  let lastId = 0;

  return defineChatHub()({
    methods: {
      // [[最近的消息，最早的在前。|What was said last, oldest first.]]
      latest: method([], () => messages),

      // [[参数先经过 zod 校验，不合格的调用不会到达这里。|zod checks the arguments: a call that does not fit never gets here.]]
      say: method([z.string().trim().min(1).max(20), z.string().trim().min(1).max(500)], ({ clients }, name, text) => {
        const message = { id: ++lastId, name, text, sentAt: Date.now() };
        messages.push(message);
        if (messages.length > keptMessages) messages.shift();
        clients.all.message(message);
      }),
    },
  });
}
