// [[服务器地址。真机上必须是 wss:// 加已登记的域名，见 README。|Where the server is. A phone wants wss:// and a registered domain: see README.]]
export const url = 'ws://127.0.0.1:3000/chat';
