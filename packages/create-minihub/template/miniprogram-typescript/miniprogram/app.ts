import { connect } from '@minihub/client';
import type { ChatHub } from '../server/chat-hub';
import { url } from './config.ts';

const openChat = () => connect<ChatHub>(url, { statefulReconnect: true, negotiate: false });

/** [[页面用 getApp<ChatApp>() 得到的应用。|What pages get from getApp<ChatApp>().]] */
export interface ChatApp {
  chat: ReturnType<typeof openChat>;
}

App<Partial<ChatApp>>({
  onLaunch() {
    // [[一个连接，所有页面共用。切后台、换网络、静默断线之后它自己回来。|One connection for all pages. It comes back by itself from the background, a change of network, a silent death.]]
    this.chat = openChat();
  },
});
