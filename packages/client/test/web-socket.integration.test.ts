import { createWx, type PhonePlatform, type SimulatedPhone } from '@minihub/simulator';
import { afterEach } from 'vitest';
import { WebSocket as WsSocket } from 'ws';
import { createWebSocketClass } from '../src/index.ts';
import { type AnySocketClass, webSocketSpec } from './web-socket-spec.ts';

const phones: SimulatedPhone[] = [];

afterEach(() => {
  for (const phone of phones.splice(0)) phone.dispose();
});

function phoneClass(platform: PhonePlatform): AnySocketClass {
  const phone = createWx({ platform, quirks: { maxSockets: 50 } });
  phones.push(phone);
  return createWebSocketClass(phone.wx) as unknown as AnySocketClass;
}

webSocketSpec('WeChat on iOS', () => phoneClass('ios'));
webSocketSpec('WeChat on Android', () => phoneClass('android'));
webSocketSpec('WeChat developer tools', () => phoneClass('devtools'));
webSocketSpec(
  'Alipay',
  () => {
    const phone = createWx({ quirks: { maxSockets: 50 } });
    phones.push(phone);
    return createWebSocketClass(phone.my) as unknown as AnySocketClass;
  },
  { noPeerCode: true, noHeaders: true },
);
webSocketSpec('the standard driver', () => createWebSocketClass(WsSocket) as unknown as AnySocketClass);
webSocketSpec('ws, for comparison', () => WsSocket as unknown as AnySocketClass, { isWsPackage: true });
