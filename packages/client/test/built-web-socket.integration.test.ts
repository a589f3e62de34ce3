import { createWx, type PhonePlatform, type SimulatedPhone } from '@minihub/simulator';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EchoServer, startEchoServer } from '../../simulator/test/fixtures.ts';
import { buildWebSocket } from './built-web-socket.ts';
import { failingCases } from './web-socket-cases.ts';
import { type AnySocketClass, webSocketSpec } from './web-socket-spec.ts';

// The sources pass the same suites elsewhere. The build lowers them to ES5 and shortens names, and mini programs have none of
// the host's classes: what goes wrong there would show on phones only.

const built = await buildWebSocket();
const phones: SimulatedPhone[] = [];

/** The class as a phone has it, in a realm of its own. */
function builtClass(platform: PhonePlatform): AnySocketClass {
  const phone = createWx({ platform, quirks: { maxSockets: 50 } });
  phones.push(phone);
  return built.load().createWebSocketClass(phone.wx) as unknown as AnySocketClass;
}

/** A class whose instances are whatever this holds for: things of the phone's realm are no instances of a class of this one. */
function judgedBy<C extends abstract new (...parameters: never[]) => object>(
  HostClass: C,
  is: (value: object) => boolean,
): C {
  return Object.defineProperty(class extends (HostClass as abstract new () => object) {}, Symbol.hasInstance, {
    value: is,
  }) as unknown as C;
}

const tagOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

beforeAll(() => {
  const isTypeError = (value: object): boolean => tagOf(value) === 'Error' && (value as Error).name === 'TypeError';
  vi.stubGlobal('TypeError', judgedBy(TypeError, isTypeError));
});

afterEach(() => {
  for (const phone of phones.splice(0)) phone.dispose();
});

afterAll(() => {
  vi.unstubAllGlobals();
  built[Symbol.dispose]();
});

webSocketSpec('web-socket.js on iOS', () => builtClass('ios'));
webSocketSpec('web-socket.js on Android', () => builtClass('android'));
webSocketSpec('web-socket.js in the developer tools', () => builtClass('devtools'));

// Each stands in WEBSOCKET.md with its reason.
const deviations = [
  'the URL "ws://127.1/" is shown as ws://127.0.0.1/',
  'the URL "ws://0x7f.0.0.1/" is shown as ws://127.0.0.1/',
  'the URL "ws://bücher.test/" is shown as ws://xn--bcher-kva.test/',
  'the URL "ws://[0:0::1]/" is shown as ws://[::1]/',
  "binaryType is 'blob' at first, and takes both values",
  'send takes a Blob',
  'dispatchEvent takes events only',
];

/**
 * Mini programs have no DOMException, Event and EventTarget. What the cases ask of instances of these is asked here of what
 * stands in their place: an Error, an object with the tag of an event, and what the class inherits from.
 */
function standInForHostClasses(Socket: AnySocketClass): void {
  const base = Object.getPrototypeOf(Socket.prototype) as object;
  const inherits = (value: object): boolean => Object.prototype.isPrototypeOf.call(base, value);
  const standIns = {
    DOMException: judgedBy(DOMException, (value) => tagOf(value) === 'Error'),
    EventTarget: judgedBy(EventTarget, inherits),
    Event: judgedBy(Event, (value) => tagOf(value).endsWith('Event')),
    MessageEvent: judgedBy(MessageEvent, (value) => tagOf(value) === 'MessageEvent'),
  };
  for (const [name, standIn] of Object.entries(standIns)) vi.stubGlobal(name, standIn);
}

describe('the cases of the standard', () => {
  let server: EchoServer;

  beforeAll(async () => {
    server = await startEchoServer();
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  it.each<PhonePlatform>(['ios', 'android', 'devtools'])(
    'pass on web-socket.js, %s, but for what is listed',
    async (platform) => {
      const Socket = builtClass(platform);
      standInForHostClasses(Socket);
      expect(await failingCases(Socket, server)).toEqual(deviations);
    },
  );
});
