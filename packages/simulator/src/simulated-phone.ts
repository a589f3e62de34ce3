import { createMyShape, type SimulatedMy } from './alipay-shape.ts';
import { createTaroShape, createUniShape, type SimulatedTaro, type SimulatedUni } from './framework-shapes.ts';
import type { PhoneTimers } from './js-thread.ts';
import { Phone, type PhoneOptions } from './phone.ts';
import type { SocketDriver } from './socket-driver.ts';
import { createWxShape, type SimulatedWx } from './wx-shape.ts';

/** A phone with the objects that its mini program sees. */
export interface SimulatedPhone extends AsyncDisposable {
  /** WeChat's object. */
  readonly wx: SimulatedWx;
  /** Alipay's object, over the same phone. */
  readonly my: SimulatedMy;
  /** uni-app's object, over `wx`. */
  readonly uni: SimulatedUni;
  /** Taro's object, over `wx`. */
  readonly taro: SimulatedTaro;
  readonly app: Phone['app'];
  readonly network: Phone['network'];
  readonly clock: Phone['clock'];
  /** Timers for the code of the mini program: they stand still while the app is suspended. */
  readonly timers: PhoneTimers;
  /** The native sockets that count towards the limit of five, oldest first. */
  readonly sockets: Phone['sockets'];
  readonly quirks: Phone['quirks'];
  /** Makes the next sends fail with this text. */
  failSends(errMsg?: string, times?: number): void;
  /** The phone behind it all. */
  readonly phone: Phone;
  /** Ends every real socket. The phone is of no use afterwards. */
  dispose(): void;
}

/** Makes a phone over any kind of real connections. */
export function createPhone(options: PhoneOptions & { readonly socketDriver: SocketDriver }): SimulatedPhone {
  const phone = new Phone(options);
  const wx = createWxShape(phone);
  const dispose = (): void => phone.app.destroy();
  return {
    wx,
    my: createMyShape(phone),
    uni: createUniShape(wx),
    taro: createTaroShape(wx),
    app: phone.app,
    network: phone.network,
    clock: phone.clock,
    timers: phone.thread.timers,
    get sockets() {
      return phone.sockets;
    },
    quirks: phone.quirks,
    failSends: (errMsg, times) => phone.failSends(errMsg, times),
    phone,
    dispose,
    [Symbol.asyncDispose]: async () => dispose(),
  };
}
