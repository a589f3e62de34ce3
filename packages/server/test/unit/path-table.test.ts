import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../src/http/endpoint.ts';
import { PathTable } from '../../src/http/path-table.ts';

const endpoint = { name: 'one' } as unknown as Endpoint;
const other = { name: 'other' } as unknown as Endpoint;

function tableOf(path: string): PathTable {
  const table = new PathTable();
  table.add(path, endpoint);
  return table;
}

describe('PathTable', () => {
  it.each([
    '/chat',
    '/CHAT',
    '/chat/',
    '/chat//',
    '/chat?id=x',
    '/chat#x',
    '/ch%61t',
    '/chat/?a=/b',
    'http://x:80/chat',
    'HTTPS://x/chat?a',
  ])('finds %s', (target) => {
    expect(tableOf('/Chat').find(target)).toEqual({ endpoint, action: 'connect' });
  });

  it.each(['/chat/negotiate', '/Chat/Negotiate/', '/chat/negotiate?negotiateVersion=1'])(
    'finds negotiate at %s',
    (target) => {
      expect(tableOf('/chat').find(target)).toEqual({ endpoint, action: 'negotiate' });
    },
  );

  it.each([undefined, '', 'chat', '/', '/chats', '/chat/x', '/cha', '/chat%', '//chat', '/__proto__', '/%00'])(
    'leaves %s to others',
    (target) => {
      expect(tableOf('/chat').find(target)).toBeUndefined();
    },
  );

  it('finds the root', () => {
    const table = tableOf('/');
    expect(table.find('/')?.action).toBe('connect');
    expect(table.find('/negotiate')?.action).toBe('negotiate');
    expect(table.find('/x')).toBeUndefined();
  });

  it('finds paths that are no ASCII however they are written', () => {
    const table = tableOf('/聊天');
    expect(table.find(`/${encodeURIComponent('聊天')}`)?.endpoint).toBe(endpoint);
    expect(table.find('/聊天')?.endpoint).toBe(endpoint);
  });

  it('refuses a path that is taken, its negotiate path included', () => {
    const table = tableOf('/chat');
    for (const path of ['/chat', '/CHAT/', '/ch%61t', '/chat/negotiate']) {
      expect(() => table.add(path, other)).toThrow(expect.objectContaining({ code: 'MH_SERVER_PATH_TAKEN' }));
    }
    expect(table.find('/chat')?.endpoint).toBe(endpoint);
  });

  it('refuses what is no path', () => {
    for (const path of ['', 'chat', '/chat?x', '/chat#x', 'http://h/chat']) {
      expect(() => new PathTable().add(path, endpoint)).toThrow(
        expect.objectContaining({ code: 'MH_SERVER_INVALID_OPTION' }),
      );
    }
  });

  // A regular expression for the slashes at the end looked at each of them once for each of them.
  it('looks at a path of a million slashes once', () => {
    const startMs = performance.now();
    expect(tableOf('/chat').find(`${'/'.repeat(1_000_000)}x`)).toBeUndefined();
    // Quadratic it takes many minutes, linear some milliseconds: the bound is far from both.
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });
});
