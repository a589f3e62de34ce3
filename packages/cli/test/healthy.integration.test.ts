import { afterAll, describe, expect, it } from 'vitest';
import { TestAuthority } from './support/certificates.ts';
import { consult } from './support/doctor.ts';
import { echo, startHttp, startHub } from './support/sick-server.ts';

const authority = new TestAuthority();
afterAll(() => authority[Symbol.dispose]());
const trust = ['--ca', authority.rootFile];

describe('a healthy endpoint', () => {
  it('has nothing wrong with it when it is a hub', async () => {
    await using server = await startHub(authority.issue());
    const told = await consult(`wss://chat.test:${server.port}/hub`, [...trust, '--protocol', 'chat', '--idle', '2']);
    expect(told.findings).toEqual([]);
    expect(told.exit).toBe(0);
    const facts = told.facts.map(({ about, value }) => `${about}: ${value.en}`);
    expect(facts).toContain('hub: WebSockets, ServerSentEvents, LongPolling');
    expect(facts).toContain('stickiness: 4 of 4 connections');
    expect(facts).toContain('messages: up to 30000 bytes, 20/20 at once');
    expect(facts).toContain('domain entry: wss://chat.test');
  });

  it('has nothing wrong with it when it echoes, compressed too', async () => {
    await using server = await startHttp(authority.issue(), { upgrade: echo({ perMessageDeflate: true }) });
    const told = await consult(`wss://chat.test:${server.port}/echo`, [...trust, '--echo', '--message-bytes', '65536']);
    expect(told.findings).toEqual([]);
    expect(told.facts.map(({ value }) => value.en)).toContain('up to 65536 bytes, 20/20 at once');
  });

  it('is sent no message when it is raw and nobody said that it echoes', async () => {
    let heard = 0;
    const upgrade = echo({}, (socket) => {
      socket.ping();
      socket.on('message', () => heard++);
    });
    await using server = await startHttp(authority.issue(), { upgrade });
    const told = await consult(`wss://chat.test:${server.port}/feed`, trust);
    expect(told.findings).toEqual([]);
    expect(heard).toBe(0);
  });
});
