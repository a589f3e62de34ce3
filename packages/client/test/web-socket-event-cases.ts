import { expect } from 'vitest';
import type { AnyEvent, SocketCase } from './web-socket-kit.ts';

type Handler = (this: unknown, event: AnyEvent) => unknown;

/** A plain event of the host. */
function hostEvent(type: string, options: EventInit = {}): Event {
  return new Event(type, options);
}

type Dispatcher = { dispatchEvent(event: unknown): boolean };

/** Events and listeners. */
export const eventCases: readonly SocketCase[] = [
  {
    name: 'an open event is an Event with the members of one',
    run: async ({ make, next }) => {
      const socket = make();
      let during: unknown[] = [];
      let path: unknown;
      socket.onopen = function (this: unknown, event: AnyEvent): void {
        during = [this === socket, event.currentTarget === socket, event.eventPhase];
        // A handler that throws would end the run for a class that has no such member.
        path = (event.composedPath as (() => unknown[]) | undefined)?.();
      };
      const event = await next(socket, 'open');
      expect(during).toEqual([true, true, 2]);
      expect(path).toEqual([socket]);
      expect(event).toBeInstanceOf(Event);
      expect(event).toMatchObject({ type: 'open', target: socket, srcElement: socket, isTrusted: true });
      expect(event).toMatchObject({ bubbles: false, cancelable: false, composed: false, defaultPrevented: false });
      expect(event).toMatchObject({ currentTarget: null, eventPhase: 0, returnValue: true, cancelBubble: false });
      expect((event.composedPath as () => unknown[])()).toEqual([]);
      expect(typeof event.timeStamp).toBe('number');
      expect([event.NONE, event.CAPTURING_PHASE, event.AT_TARGET, event.BUBBLING_PHASE]).toEqual([0, 1, 2, 3]);
      (event.preventDefault as () => void)();
      expect(event.defaultPrevented).toBe(false);
    },
  },
  {
    name: 'a message event is a MessageEvent with origin, source and ports',
    run: async ({ connect, next, server }) => {
      const socket = await connect();
      socket.send('x');
      const event = await next(socket, 'message');
      expect(event).toBeInstanceOf(MessageEvent);
      expect(Object.prototype.toString.call(event)).toBe('[object MessageEvent]');
      expect(event).toMatchObject({ data: 'x', origin: server.url, lastEventId: '', source: null, ports: [] });
      expect(Object.isFrozen(event.ports)).toBe(true);
    },
  },
  {
    name: 'a close event has code, reason and wasClean, and the tag of a CloseEvent',
    run: async ({ connect, next }) => {
      const socket = await connect();
      socket.close(3000, 'x');
      const event = await next(socket, 'close');
      expect(Object.prototype.toString.call(event)).toBe('[object CloseEvent]');
      expect(event).toMatchObject({ code: 3000, reason: 'x', wasClean: true, bubbles: false, cancelable: false });
      expect(event).toBeInstanceOf(Event);
    },
  },
  {
    name: 'attributes of events are read-only',
    run: async ({ connect, next }) => {
      const socket = await connect();
      socket.send('x');
      const event = await next(socket, 'message');
      for (const name of ['data', 'origin', 'type', 'target', 'isTrusted']) {
        const before = event[name];
        expect(Reflect.set(event, name, 'y')).toBe(false);
        expect(event[name]).toBe(before);
      }
    },
  },
  {
    name: 'handlers: other than objects become null, objects are kept though they cannot be called',
    run: ({ make }) => {
      const socket = make();
      for (const value of [undefined, 1, 'x', true, Symbol('x'), 1n]) {
        socket.onopen = () => undefined;
        socket.onopen = value;
        expect(socket.onopen).toBe(null);
      }
      const object = {};
      socket.onopen = object;
      expect(socket.onopen === object || socket.onopen === null).toBe(true);
    },
  },
  {
    name: 'an object as handler is not asked for handleEvent',
    run: async ({ make, next }) => {
      const socket = make();
      let called = false;
      socket.onopen = {
        handleEvent() {
          called = true;
        },
      };
      await next(socket, 'open');
      expect(called).toBe(false);
    },
  },
  {
    name: 'a handler keeps its place when replaced, and loses it when set to null',
    run: async ({ make, next }) => {
      const socket = make();
      const seen: number[] = [];
      socket.onopen = () => seen.push(0);
      socket.addEventListener('open', () => seen.push(2));
      socket.onopen = () => seen.push(1);
      socket.onclose = () => seen.push(0);
      socket.addEventListener('close', () => seen.push(3));
      socket.onclose = null;
      socket.onclose = () => seen.push(4);
      await next(socket, 'open');
      socket.close();
      await next(socket, 'close');
      expect(seen).toEqual([1, 2, 3, 4]);
    },
  },
  {
    name: 'a handler that returns false cancels a cancelable event',
    run: ({ make }) => {
      const socket = make();
      socket.onmessage = () => false;
      const event = hostEvent('message', { cancelable: true });
      expect((socket as unknown as Dispatcher).dispatchEvent(event)).toBe(false);
      expect(event.defaultPrevented).toBe(true);
    },
  },
  {
    name: 'listeners get the socket as this, objects themselves',
    run: ({ make }) => {
      const socket = make();
      const seen: unknown[] = [];
      const object = {
        handleEvent(this: unknown): void {
          seen.push(this === object);
        },
      };
      socket.addEventListener('x', function (this: unknown) {
        seen.push(this === socket);
      } as Handler);
      socket.addEventListener('x', object);
      (socket as unknown as Dispatcher).dispatchEvent(hostEvent('x'));
      expect(seen).toEqual([true, true]);
    },
  },
  {
    name: 'handleEvent is looked up at each dispatch',
    run: ({ make }) => {
      const socket = make();
      const seen: number[] = [];
      const object = { handleEvent: () => seen.push(1) };
      socket.addEventListener('x', object);
      object.handleEvent = () => seen.push(2);
      (socket as unknown as Dispatcher).dispatchEvent(hostEvent('x'));
      expect(seen).toEqual([2]);
    },
  },
  {
    name: 'addEventListener: null is nothing, primitives are a TypeError, two arguments are needed',
    run: ({ make }) => {
      const socket = make();
      expect(socket.addEventListener('x', null)).toBe(undefined);
      expect(() => socket.addEventListener('x', 1)).toThrow(TypeError);
      expect(() => (socket.addEventListener as (type: string) => void)('x')).toThrow(TypeError);
    },
  },
  {
    name: 'the same listener counts once per type and capture',
    run: ({ make }) => {
      const socket = make();
      let calls = 0;
      const count = (): unknown => calls++;
      socket.addEventListener('x', count);
      socket.addEventListener('x', count, false);
      socket.addEventListener('x', count, { once: true, passive: true });
      socket.addEventListener('x', count, true);
      (socket as unknown as Dispatcher).dispatchEvent(hostEvent('x'));
      expect(calls).toBe(2);
      socket.removeEventListener('x', count, { capture: true });
      (socket as unknown as Dispatcher).dispatchEvent(hostEvent('x'));
      expect(calls).toBe(3);
      socket.removeEventListener('x', count);
      (socket as unknown as Dispatcher).dispatchEvent(hostEvent('x'));
      expect(calls).toBe(3);
    },
  },
  {
    name: 'once: removed before it is called',
    run: ({ make }) => {
      const socket = make();
      let calls = 0;
      socket.addEventListener(
        'x',
        () => {
          calls++;
          if (calls === 1) (socket as unknown as Dispatcher).dispatchEvent(hostEvent('x'));
        },
        { once: true },
      );
      (socket as unknown as Dispatcher).dispatchEvent(hostEvent('x'));
      expect(calls).toBe(1);
    },
  },
  {
    name: 'signal: an aborted one adds nothing, an abort removes',
    run: ({ make }) => {
      const socket = make();
      let calls = 0;
      const controller = new AbortController();
      socket.addEventListener('x', () => calls++, { signal: AbortSignal.abort() });
      socket.addEventListener('x', () => calls++, { signal: controller.signal });
      (socket as unknown as Dispatcher).dispatchEvent(hostEvent('x'));
      controller.abort();
      (socket as unknown as Dispatcher).dispatchEvent(hostEvent('x'));
      expect(calls).toBe(1);
    },
  },
  {
    name: 'stopImmediatePropagation stops the listeners that follow',
    run: ({ make }) => {
      const socket = make();
      let calls = 0;
      socket.addEventListener('x', (event: Event) => {
        calls++;
        event.stopImmediatePropagation();
      });
      socket.addEventListener('x', () => calls++);
      (socket as unknown as Dispatcher).dispatchEvent(hostEvent('x'));
      expect(calls).toBe(1);
    },
  },
  {
    name: 'passive listeners cannot prevent the default',
    run: ({ make }) => {
      const socket = make();
      socket.addEventListener('x', (event: Event) => event.preventDefault(), { passive: true });
      const event = hostEvent('x', { cancelable: true });
      expect((socket as unknown as Dispatcher).dispatchEvent(event)).toBe(true);
      expect(event.defaultPrevented).toBe(false);
    },
  },
  {
    name: 'dispatchEvent takes events only',
    run: ({ make }) => {
      const socket = make() as unknown as Dispatcher;
      for (const value of [undefined, null, 1, 'open', {}, { type: 'open' }]) {
        expect(() => socket.dispatchEvent(value)).toThrow(TypeError);
      }
    },
  },
  {
    name: 'dispatchEvent gives whether the default was not prevented, and sets target and phase',
    run: ({ make }) => {
      const socket = make();
      const seen: unknown[] = [];
      socket.addEventListener('x', (event: Event) => {
        seen.push(event.target === (socket as unknown), event.currentTarget === (socket as unknown), event.eventPhase);
        event.preventDefault();
      });
      const event = hostEvent('x', { cancelable: true });
      expect((socket as unknown as Dispatcher).dispatchEvent(event)).toBe(false);
      expect(seen).toEqual([true, true, 2]);
      expect([event.target === (socket as unknown), event.currentTarget, event.eventPhase]).toEqual([true, null, 0]);
      expect(event.isTrusted).toBe(false);
    },
  },
  {
    name: 'an event that is being dispatched cannot be dispatched again',
    run: ({ make }) => {
      const socket = make();
      let name = '';
      socket.addEventListener('x', (event: Event) => {
        try {
          (socket as unknown as Dispatcher).dispatchEvent(event);
        } catch (error) {
          name = (error as Error).name;
        }
      });
      (socket as unknown as Dispatcher).dispatchEvent(hostEvent('x'));
      expect(['InvalidStateError', 'Error']).toContain(name);
    },
  },
  {
    name: 'dispatched events of the real types call handlers and change nothing',
    run: async ({ connect }) => {
      const socket = await connect();
      const seen: unknown[] = [];
      socket.onmessage = (event: MessageEvent) => seen.push(event.data);
      socket.onclose = (event: Event) => seen.push(event.type);
      const dispatch = (event: Event): boolean => (socket as unknown as Dispatcher).dispatchEvent(event);
      dispatch(new MessageEvent('message', { data: 5 }));
      dispatch(hostEvent('close'));
      expect([seen, socket.readyState]).toEqual([[5, 'close'], 1]);
    },
  },
  {
    name: 'types of listeners are strings: null is "null"',
    run: ({ make }) => {
      const socket = make();
      let calls = 0;
      socket.addEventListener(null as never, () => calls++);
      (socket as unknown as Dispatcher).dispatchEvent(hostEvent('null'));
      expect(calls).toBe(1);
      expect(() => socket.addEventListener(Symbol('x') as never, () => calls++)).toThrow(TypeError);
    },
  },
];
