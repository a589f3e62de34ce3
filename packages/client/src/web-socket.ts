// The entry for who needs the WebSocket class and nothing else.
export { createWebSocketClass } from './web-socket/web-socket-class.ts';
