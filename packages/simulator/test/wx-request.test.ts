import { describe, expect, it } from 'vitest';
import { createWx } from '../src/index.ts';

interface Sent {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: { readonly [name: string]: string };
  readonly body: unknown;
}

/** What `wx.request` sends when it is asked for this. */
async function sentFor(options: object): Promise<Sent> {
  const sent: Sent[] = [];
  await using phone = createWx({
    fetch: async (url, init = {}) => {
      const { method, body } = init;
      sent.push({ url: String(url), method, headers: init.headers as { [name: string]: string }, body });
      return new Response('{}');
    },
  });
  await new Promise((complete) => phone.wx.request({ url: 'https://a.test/x', ...options, complete }));
  return sent[0] as Sent;
}

describe('wx.request', () => {
  it('puts what GET is given into the query', async () => {
    expect(await sentFor({ data: { name: '小 李', tags: ['a'], none: null } })).toMatchObject({
      url: 'https://a.test/x?name=%E5%B0%8F%20%E6%9D%8E&tags=%5B%22a%22%5D&none=null',
      method: 'GET',
      body: undefined,
    });
    expect((await sentFor({ url: 'https://a.test/x?y=1', data: { z: 2 } })).url).toBe('https://a.test/x?y=1&z=2');
    expect((await sentFor({ data: {} })).url).toBe('https://a.test/x');
  });

  it('sends an object as the form that its header says it is', async () => {
    const header = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const sent = await sentFor({ method: 'post', header, data: { a: 1, b: '&' } });
    expect(sent).toMatchObject({ method: 'POST', body: 'a=1&b=%26' });
    expect(sent.headers['content-type']).toBe('application/x-www-form-urlencoded; charset=utf-8');
  });

  it('sends an object as JSON, and text and bytes as they are', async () => {
    expect((await sentFor({ method: 'PUT', data: { a: 1 } })).body).toBe('{"a":1}');
    expect((await sentFor({ method: 'POST', data: 'a=b' })).body).toBe('a=b');
    const bytes = (await sentFor({ method: 'POST', data: new Uint8Array([1, 2]).buffer })).body;
    expect(bytes).toEqual(new Uint8Array([1, 2]));
  });

  it('sets the Referer itself', async () => {
    const { headers } = await sentFor({ header: { Referer: 'https://mine.test', 'X-Mine': 1 } });
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-mine': '1' });
    expect(headers.referer).toMatch(/^https:\/\/servicewechat\.com\//);
  });
});
