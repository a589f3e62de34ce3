import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningDemo } from '../src/demo-server.ts';
import { reverse } from '../src/senparc-demo.ts';
import { connectHub, connectSocket, startTestDemo } from './support/demo-clients.ts';

let demo: RunningDemo;
beforeAll(async () => {
  demo = await startTestDemo();
});
afterAll(() => demo.close());

const url = (path: string): string => `http://127.0.0.1:${demo.port}${path}`;
const contentOf = (json: unknown): string => (JSON.parse(String(json)) as { content: string }).content;

describe('/echo', () => {
  it('sends text and binary back unchanged', async () => {
    await using client = await connectSocket(demo, '/echo');
    client.socket.send('茶\u0000🍵');
    expect(await client.next()).toBe('茶\u0000🍵');
    client.socket.send(Buffer.from([0, 255, 128]));
    expect(await client.next()).toEqual(Buffer.from([0, 255, 128]));
    client.socket.send('');
    expect(await client.next()).toBe('');
  });
});

describe('/metrics', () => {
  it('tells what happened, on hubs and raw endpoints alike', async () => {
    await using client = await connectSocket(demo, '/echo');
    client.socket.send('hello');
    await client.next();
    const response = await fetch(url('/metrics'));
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    expect(text).toMatch(/^signalr_server_active_connections\{minihub_endpoint="\/echo",.*\} 1$/m);
    expect(text).toMatch(/^minihub_server_messages_received_total\{minihub_endpoint="\/echo"\} [1-9]/m);
    expect(text).toContain('# TYPE minihub_server_refusals_total counter');
  });
});

describe('the page', () => {
  it.each([
    ['/', 'text/html'],
    ['/?room=tea', 'text/html'],
    ['/app.js', 'text/javascript'],
    ['/style.css', 'text/css'],
    ['/signalr.min.js', 'text/javascript'],
    ['/icon.svg', 'image/svg+xml'],
  ])('serves %s', async (path, type) => {
    const response = await fetch(url(path));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect((await response.text()).length).toBeGreaterThan(100);
  });

  it('sends a file again only when it has changed', async () => {
    const etag = (await fetch(url('/app.js'))).headers.get('etag') ?? '';
    expect((await fetch(url('/app.js'), { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it.each(['/package.json', '/../package.json', '/%2e%2e/package.json', '//', '/src/main.ts', '/constructor'])(
    'has nothing at %s',
    async (path) => {
      const response = await fetch(url('') + path);
      expect(response.status).toBe(404);
    },
  );

  it('takes no other method than GET and HEAD', async () => {
    expect((await fetch(url('/'), { method: 'POST' })).status).toBe(405);
    const head = await fetch(url('/'), { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('says that it is well', async () => {
    expect(await (await fetch(url('/healthz'))).text()).toBe('ok\n');
  });
});

describe('the Senparc paths', () => {
  it('answers a plain WebSocket and tells the clients of both paths', async () => {
    await using sender = await connectSocket(demo, '/SenparcWebSocket');
    await using other = await connectSocket(demo, '/senparcwebsocket');
    await using hubClient = await connectHub(demo, '/SenparcHub', ['ReceiveMessage']);
    sender.socket.send(JSON.stringify({ Message: '你好👨‍👩‍👧‍👦', SessionId: 's', FormId: 'f' }));
    expect(contentOf(await sender.next())).toBe('你好👨‍👩‍👧‍👦');
    expect(contentOf(await sender.next())).toContain('Working on it');
    expect(contentOf(await sender.next())).toBe('👨‍👩‍👧‍👦好你');
    expect(contentOf(await other.next())).toContain('你好');
    expect(contentOf(await hubClient.next('ReceiveMessage'))).toContain('你好');
  });

  it('answers a SignalR client, and passes custom messages to all', async () => {
    await using sender = await connectHub(demo, '/SenparcHub', ['ReceiveMessage', 'ReceiveCustomMessage']);
    await using other = await connectHub(demo, '/SenparcHub', ['ReceiveMessage', 'ReceiveCustomMessage']);
    await sender.hub.invoke('ReceiveMessage', JSON.stringify({ Message: 'abc', SessionId: '', FormId: '' }));
    expect(contentOf(await sender.next('ReceiveMessage'))).toBe('abc');
    expect(contentOf(await sender.next('ReceiveMessage'))).toContain('Working on it');
    expect(contentOf(await sender.next('ReceiveMessage'))).toBe('cba');
    expect(contentOf(await other.next('ReceiveMessage'))).toContain('abc');
    await sender.hub.invoke('SendCustomMessage', 'Ada', 'to all');
    expect(await sender.next('ReceiveCustomMessage')).toEqual(['Ada', 'to all']);
    expect(await other.next('ReceiveCustomMessage')).toEqual(['Ada', 'to all']);
  });

  it('tells the others also when the sender has left during the work', async () => {
    await using slow = await startTestDemo({ workMs: 60_000 });
    await using other = await connectSocket(slow, '/SenparcWebSocket');
    const sender = await connectSocket(slow, '/SenparcWebSocket');
    sender.socket.send('bye');
    await sender.next();
    await sender[Symbol.asyncDispose]();
    expect(contentOf(await other.next())).toContain('bye');
  });

  it('reverses by grapheme', () => {
    expect(reverse('a👨‍👩‍👧‍👦é🇨🇳')).toBe('🇨🇳é👨‍👩‍👧‍👦a');
    expect(reverse('')).toBe('');
  });
});
