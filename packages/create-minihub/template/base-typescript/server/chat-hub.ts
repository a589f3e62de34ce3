import { defineHub, method } from '@minihub/server';
import { z } from 'zod';

export interface Message {
  id: number;
  name: string;
  text: string;
  sentAt: number;
}

/** [[服务器在客户端上调用的回调。|What the server calls on its clients.]] */
export interface ChatClient {
  message(message: Message): void;
}

/** [[客户端由此得知方法和回调的类型：connect<ChatHub>(…)|From this a client knows methods and callbacks: connect<ChatHub>(…)]] */
export type ChatHub = ReturnType<typeof createChatHub>;

/** [[新来的人能看到多少条消息。|How many messages are kept for those who come later.]] */
const keptMessages = 50;

/** [[一个聊天室。|One room in which everybody hears everybody.]] */
export function createChatHub() {
  const messages: Message[] = [];
  let lastId = 0;

  return defineHub<ChatClient>()({
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
