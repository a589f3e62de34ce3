import { HttpTransportType, HubConnectionBuilder, LogLevel, Subject } from '@microsoft/signalr';
import { expect, it } from 'vitest';
import { everything } from './support/everything-hub.ts';
import { startServer } from './support/start-server.ts';

it('smoke', async () => {
  await using server = await startServer((hubs) => hubs.map('/hub', everything), { detailedErrors: false });
  const c = new HubConnectionBuilder().withUrl(server.url('/hub')).configureLogging(LogLevel.Warning).build();
  const got: unknown[] = [];
  c.on('message', (...a) => got.push(a));
  c.on('question', (t) => `answer to ${t}`);
  await c.start();
  expect(await c.invoke('ADD', 1, 2)).toBe(3);
  expect(await c.invoke('optional', 'a')).toBe('a-none');
  await c.invoke('tell', 'everybody', '你好');
  expect(await c.invoke('askMe', 'x')).toBe('answer to x');
  await expect(c.invoke('fail')).rejects.toThrow("An unexpected error occurred invoking 'fail' on the server.");
  await expect(c.invoke('nope')).rejects.toThrow('Method does not exist');
  const items: number[] = [];
  await new Promise<void>((resolve, reject) =>
    c.stream<number>('countdown', 5).subscribe({ next: (n) => items.push(n), complete: resolve, error: reject }),
  );
  expect(items).toEqual([5, 4, 3, 2, 1, 0]);
  const s = new Subject<number>();
  const p = c.invoke('sum', s);
  for (let i = 0; i < 100; i++) s.next(i);
  s.complete();
  expect(await p).toBe(4950);
  expect(got.length).toBe(1);
  await c.stop();
  const d = new HubConnectionBuilder()
    .withUrl(server.url('/hub'), { skipNegotiation: true, transport: HttpTransportType.WebSockets })
    .configureLogging(LogLevel.Warning)
    .build();
  await d.start();
  const burst: number[] = [];
  await new Promise<void>((resolve, reject) =>
    d.stream<number>('burst', 10000).subscribe({ next: (n) => burst.push(n), complete: resolve, error: reject }),
  );
  expect(burst.length).toBe(10000);
  await d.stop();
});
