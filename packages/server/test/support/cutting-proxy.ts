import { type AddressInfo, connect as connectTo, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy that can cut its connections, at once or in the middle of what passes through. */
export interface CuttingProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections that are open. */
  readonly open: number;
  /** Connections that were cut so far. */
  readonly cuts: number;
  /** Cuts every connection now, with a reset on both sides. */
  cutAll(): void;
  /**
   * Cuts the connections that are open now after so many more bytes have passed in one direction:
   * in the middle of a frame as likely as not. What had been allowed to pass arrives.
   */
  cutAfter(bytes: number, direction: Direction): void;
  /** While true, new connections are refused. */
  isDown: boolean;
}

type Direction = 'up' | 'down';

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Bytes that may still pass; `undefined` for as many as there are. */
  left: { [direction in Direction]: number | undefined };
}

/** Starts a proxy in front of a port of the loopback interface. */
export async function startCuttingProxy(targetPort: number): Promise<CuttingProxy> {
  const pairs = new Set<Pair>();
  let cuts = 0;
  const cut = (pair: Pair): void => {
    if (!pairs.delete(pair)) return;
    cuts++;
    pair.client.resetAndDestroy();
    pair.upstream.resetAndDestroy();
  };
  const pass = (pair: Pair, from: Socket, to: Socket, direction: Direction): void => {
    from.on('data', (chunk: Buffer) => {
      const left = pair.left[direction];
      if (left === undefined || chunk.length < left) {
        if (left !== undefined) pair.left[direction] = left - chunk.length;
        to.write(chunk);
        return;
      }
      pair.left[direction] = 0;
      // What is allowed must arrive before the cut, so the write is waited for.
      to.write(chunk.subarray(0, left), () => cut(pair));
    });
    from.on('error', () => cut(pair));
    from.on('close', () => {
      pairs.delete(pair);
      to.end();
    });
  };
  const proxy: CuttingProxy = {
    port: 0,
    isDown: false,
    get open() {
      return pairs.size;
    },
    get cuts() {
      return cuts;
    },
    cutAll() {
      for (const pair of [...pairs]) cut(pair);
    },
    cutAfter(bytes, direction) {
      for (const pair of pairs) pair.left[direction] = bytes;
    },
    async [Symbol.asyncDispose]() {
      for (const pair of [...pairs]) cut(pair);
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server: Server = createServer((client) => {
    if (proxy.isDown) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connectTo(targetPort, '127.0.0.1');
    const pair: Pair = { client, upstream, left: { up: undefined, down: undefined } };
    pairs.add(pair);
    pass(pair, client, upstream, 'up');
    pass(pair, upstream, client, 'down');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.defineProperty(proxy, 'port', { value: (server.address() as AddressInfo).port });
  return proxy;
}
