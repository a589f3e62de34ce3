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
for (const shape of ['uni', 'taro'] as const) {
  webSocketSpec(`the object of ${shape}, over WeChat`, () => {
    const phone = createWx({ platform: 'android', quirks: { maxSockets: 50 } });
    phones.push(phone);
    return createWebSocketClass(phone[shape]) as unknown as AnySocketClass;
  });
}
webSocketSpec('a container of WeChat cloud hosting', () => {
  const phone = createWx({ platform: 'ios', quirks: { maxSockets: 50 } });
  phones.push(phone);
  const { wx } = phone;
  const cloud = {
    // The container stands behind the platform; here every service is the host that the URL names. What the driver makes of the
    // URL is in `path`, and is what is asked for.
    connectContainer: async ({ path, url, ...options }: { path: string; url: string }) => ({
      socketTask: wx.connectSocket({ ...options, url: new URL(path, url).href }),
    }),
  };
  return createWebSocketClass(cloud as never, { container: { service: 'chat' } }) as unknown as AnySocketClass;
});
webSocketSpec('the standard driver', () => createWebSocketClass(WsSocket) as unknown as AnySocketClass);
webSocketSpec('ws, for comparison', () => WsSocket as unknown as AnySocketClass, { isWsPackage: true });
