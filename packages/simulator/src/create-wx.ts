import type { PhoneOptions } from './phone.ts';
import { createPhone, type SimulatedPhone } from './simulated-phone.ts';
import { wsDriver } from './ws-driver.ts';

/**
 * Makes a simulated phone. Its sockets are real ones to real servers, with the rules and faults of a phone on top.
 * Works under any test runner.
 *
 * @example
 * const phone = createWx({ platform: 'ios', routes: { 'wss://example.com': 'ws://127.0.0.1:8080' } });
 * const task = phone.wx.connectSocket({ url: 'wss://example.com/chat' });
 * phone.app.hide();
 * phone.network.switchTo('4g');
 */
export function createWx(options: PhoneOptions = {}): SimulatedPhone {
  return createPhone({ socketDriver: wsDriver, ...options });
}
