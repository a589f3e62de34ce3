import { describe, expect, it } from 'vitest';
import type { Transport, TransportEnd, TransportSink } from '../../src/transport/transport.ts';
import { Inbox } from './inbox.ts';

/** A sink that remembers, and that a test can wait for. */
export class RecordingSink implements TransportSink {
  readonly data: Inbox<string> = new Inbox();
  readonly ends: Inbox<TransportEnd> = new Inbox();

  transportData(chunk: Buffer): void {
    this.data.put(chunk.toString());
  }

  transportDrain(): void {}

  transportEnd(end: TransportEnd): void {
    this.ends.put(end);
  }
}

/** A transport with somebody at the other end, for one test. */
export interface TransportScene extends AsyncDisposable {
  readonly transport: Transport;
  readonly sink: RecordingSink;
  /** The other end. */
  readonly peer: {
    send(text: string): void;
    /** Texts as they come, one for each write of the server. */
    readonly received: Inbox<string>;
    /** Says good-bye in the way of the transport. */
    close(): void;
    /** Vanishes without a word. */
    cut(): void;
    /** Settles when the peer has seen the end; the close code where the transport has one. */
    readonly ended: Promise<number | undefined>;
  };
}

/** What every transport does. Run it for each implementation. */
export function transportSpec(name: string, open: () => Promise<TransportScene>): void {
  const write = (transport: Transport, text: string): void => {
    const bytes = Buffer.from(text);
    transport.write(transport.framing('Text').wrap([bytes], bytes.length));
  };

  describe(`${name}, as a transport`, () => {
    it('carries text both ways, in order', async () => {
      await using scene = await open();
      for (const text of ['a', '你好', 'x'.repeat(100_000)]) {
        write(scene.transport, text);
        scene.peer.send(text);
        expect(await scene.peer.received.next()).toBe(text);
        expect(await scene.sink.data.next()).toBe(text);
      }
      for (let i = 0; i < 100; i++) write(scene.transport, `${i}`);
      for (let i = 0; i < 100; i++) expect(await scene.peer.received.next()).toBe(`${i}`);
    });

    it('shares one frame among many writes', async () => {
      await using scene = await open();
      const frame = scene.transport.framing('Text').wrap([Buffer.from('ab'), Buffer.from('c')], 3);
      scene.transport.write(frame);
      scene.transport.write(frame);
      expect([await scene.peer.received.next(), await scene.peer.received.next()]).toEqual(['abc', 'abc']);
      expect(scene.transport.framing('Text')).toBe(scene.transport.framing('Text'));
    });

    it('reports a proper end once', async () => {
      await using scene = await open();
      scene.peer.send('last');
      scene.peer.close();
      expect(await scene.sink.data.next()).toBe('last');
      expect(await scene.sink.ends.next()).toMatchObject({ graceful: true });
      scene.transport.close(1000);
      scene.transport.terminate();
      await scene.peer.ended;
      expect(scene.sink.ends.waiting).toBe(0);
    });

    it('reports a peer that vanishes', async () => {
      await using scene = await open();
      scene.peer.cut();
      expect(await scene.sink.ends.next()).toMatchObject({ graceful: false });
    });

    it('ends properly, after everything that was written before', async () => {
      await using scene = await open();
      write(scene.transport, 'last');
      scene.transport.close(1000);
      expect(await scene.peer.received.next()).toBe('last');
      const code = await scene.peer.ended;
      expect([undefined, 1000]).toContain(code);
      expect(await scene.sink.ends.next()).toMatchObject({ graceful: true });
    });

    it('ends at once', async () => {
      await using scene = await open();
      scene.transport.terminate();
      await scene.sink.ends.next();
      await scene.peer.ended;
      expect(scene.sink.ends.waiting).toBe(0);
    });

    it('takes no harm from anything that is asked of it after the end', async () => {
      await using scene = await open();
      scene.transport.close(1000);
      await scene.sink.ends.next();
      write(scene.transport, 'too late');
      scene.transport.pause();
      scene.transport.resume();
      scene.transport.close(1000);
      scene.transport.terminate();
      await scene.peer.ended;
      expect([scene.peer.received.waiting, scene.sink.ends.waiting]).toEqual([0, 0]);
    });

    it('goes on reading after a pause', async () => {
      await using scene = await open();
      scene.transport.pause();
      scene.peer.send('held back');
      scene.transport.resume();
      expect(await scene.sink.data.next()).toBe('held back');
    });
  });
}
