import { connect } from 'node:net';
import { createServer } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { TestAuthority } from './support/certificates.ts';
import { consult } from './support/doctor.ts';
import { type Behaviour, echo, rawAnswer, startHttp, startHub, startTcp } from './support/sick-server.ts';

const authority = new TestAuthority();
afterAll(() => authority[Symbol.dispose]());
const served = authority.issue();
const trust = ['--ca', authority.rootFile];

async function consultRaw(upgrade: Behaviour['upgrade'], args: readonly string[] = []) {
  await using server = await startHttp(served, upgrade === undefined ? {} : { upgrade });
  return await consult(`wss://chat.test:${server.port}/`, [...trust, ...args]);
}

/** Answers negotiations as a hub, and handshakes with `upgrade`. */
function negotiating(transports: readonly string[], upgrade: Behaviour['upgrade'], server = 'Kestrel'): Behaviour {
  const request: Behaviour['request'] = ({ method }, response) => {
    if (method !== 'POST') return response.writeHead(400, { Server: server }).end('Connection ID required');
    const availableTransports = transports.map((transport) => ({ transport, transferFormats: ['Text'] }));
    return response
      .writeHead(200, { Server: server })
      .end(JSON.stringify({ negotiateVersion: 1, connectionId: 'a', connectionToken: 'b', availableTransports }));
  };
  return upgrade === undefined ? { request } : { request, upgrade };
}

describe('D2: silence', () => {
  it('is called idle-cut, with half of what was seen as the heartbeat', async () => {
    const cutting = echo({}, (socket) => {
      socket.ping();
      setTimeout(() => socket.terminate(), 4_200).unref();
    });
    const told = await consultRaw(cutting, ['--idle', '8', '--listen', '2']);
    expect(told.codes).toEqual(['idle-cut']);
    expect(told.findings[0]?.seen.en).toContain('Cut after 4 s of silence (1006). Heartbeat to use: every 2 s.');
  });
});

describe('D7: no WebSockets on offer', () => {
  it('is called no-websockets-offered, with the steps for IIS', async () => {
    const behaviour = negotiating(
      ['ServerSentEvents', 'LongPolling'],
      rawAnswer('HTTP/1.1 404 Not Found', 'Content-Length: 0'),
      'Microsoft-IIS/10.0',
    );
    await using server = await startHttp(served, behaviour);
    const told = await consult(`wss://chat.test:${server.port}/hub`, trust);
    expect(told.codes).toEqual(['no-websockets-offered']);
    expect(told.findings[0]?.configuration[0]).toMatchObject({
      product: 'IIS',
      lines: expect.arrayContaining(['Install-WindowsFeature Web-WebSockets']),
    });
  });

  it('is told from a hub whose handshakes are swallowed', async () => {
    const behaviour = negotiating(['WebSockets'], rawAnswer('HTTP/1.1 400 Bad Request', 'Content-Length: 0'));
    await using server = await startHttp(served, behaviour);
    expect((await consult(`wss://chat.test:${server.port}/hub`, trust)).codes).toEqual(['upgrade-not-forwarded']);
  });
});

describe('D8: several servers', () => {
  it('is called not-sticky when every other request goes elsewhere', async () => {
    await using one = await startHub(undefined);
    await using two = await startHub(undefined);
    let turn = 0;
    const balancer = createServer({ cert: served.cert, key: served.key }, (socket) => {
      const upstream = connect((turn++ % 2 === 0 ? one : two).port, '127.0.0.1');
      socket.on('error', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
      socket.pipe(upstream).pipe(socket);
    });
    await using server = await startTcp(balancer);
    const told = await consult(`wss://chat.test:${server.port}/hub`, trust);
    expect(told.codes).toEqual(['not-sticky']);
    expect(told.findings[0]?.seen.en).toMatch(/^\d of 4 connections: 404/);
  });

  it('is called sometimes-fails when one server is sick', async () => {
    let turn = 0;
    const open = echo({}, (socket) => greet(socket));
    const behaviour = negotiating(['WebSockets'], (request, socket, head) => {
      const isTry = request.url?.includes('id=') === true;
      if (isTry && turn++ % 2 === 0) return rawAnswer('HTTP/1.1 500 Sick', 'Content-Length: 0')(request, socket, head);
      return open(request, socket, head);
    });
    await using server = await startHttp(served, behaviour);
    expect((await consult(`wss://chat.test:${server.port}/hub`, trust)).codes).toEqual(['sometimes-fails']);
  });
});

/** As much of a hub as the doctor asks for. */
function greet(socket: WebSocket): void {
  socket.on('message', (data: Buffer) => {
    for (const record of data.toString().split('\u001e').filter(Boolean)) {
      const { type, invocationId } = JSON.parse(record);
      socket.send(`${type === undefined ? '{}' : JSON.stringify({ type: 3, invocationId, error: 'no' })}\u001e`);
      if (type === undefined) socket.send('{"type":6}\u001e');
    }
  });
}

describe('D10: ceilings', () => {
  it('is called message-ceiling when a large message ends the connection', async () => {
    const told = await consultRaw(echo({ maxPayload: 20_000 }), ['--echo']);
    expect(told.codes).toEqual(['message-ceiling']);
    expect(told.findings[0]?.seen.en).toMatch(/^16384 bytes pass, 30000 do not \(1009/);
  });

  it('is found on a hub too', async () => {
    await using server = await startHub(served, { maxMessageBytes: 4_096 });
    const told = await consult(`wss://chat.test:${server.port}/hub`, trust);
    expect(told.codes).toEqual(['message-ceiling']);
    expect(told.findings[0]?.seen.en).toMatch(/^1024 bytes pass, 16384 do not/);
  });

  it('is called rate-ceiling when a burst is answered in part', async () => {
    const limited = echo({}, (socket) => {
      let left = 10;
      socket.ping();
      socket.on('message', (data, isBinary) => left-- > 0 && socket.send(data, { binary: isBinary }));
    });
    const told = await consultRaw(limited, ['--echo', '--timeout', '1']);
    expect(told.codes).toEqual(['rate-ceiling']);
    expect(told.findings[0]?.seen.en).toBe('Of 20 at once 7 were answered (no answer).');
  });
});

describe('D14: signs of life', () => {
  it('is called no-server-ping when there is none', async () => {
    const told = await consultRaw(
      echo({}, () => undefined),
      ['--listen', '1'],
    );
    expect(told.codes).toEqual(['no-server-ping']);
  });

  it('is called closed-by-server when the server hangs up', async () => {
    const told = await consultRaw(echo({}, (socket) => socket.close(4001, 'say who you are')));
    expect(told.codes).toEqual(['closed-by-server']);
    expect(told.findings[0]?.seen.en).toContain('4001 say who you are');
  });
});

describe('tokens', () => {
  const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
  const now = Math.floor(Date.now() / 1000);
  const refusing = rawAnswer('HTTP/1.1 401 Unauthorized', 'Content-Length: 0');

  it.each([
    ['token-expired', { exp: now - 10 }],
    ['token-not-yet-valid', { nbf: now + 3_600 }],
    ['not-authorised', { exp: now + 3_600 }],
  ])('is called %s by the server’s clock', async (code, claims) => {
    expect((await consultRaw(refusing, ['--token', jwt(claims)])).codes).toEqual([code]);
  });

  it('is called clock-skew when the server lives in another hour', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const request: Behaviour['request'] = (_request, response) => response.writeHead(426, { Date: date }).end();
    await using server = await startHttp(served, { upgrade: echo(), request });
    const told = await consult(`wss://chat.test:${server.port}/`, [...trust, '--token', jwt({ exp: now + 7_200 })]);
    expect(told.codes).toEqual(['clock-skew']);
  });

  it('is in nothing that is written', async () => {
    const token = jwt({ exp: now - 10 });
    const told = await consultRaw(refusing, ['--token', token]);
    expect(told.stdout + told.stderr).not.toContain(token);
  });
});
