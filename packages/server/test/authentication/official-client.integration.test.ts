import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { defineHub, unauthorized } from '@minihub/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failureOf } from '../support/inbox.ts';
import { serveHub } from './serve-hub.ts';

describe.each(['WebSockets', 'ServerSentEvents', 'LongPolling'] as const)(
  'the official client over %s',
  (transport) => {
    it('does not start when the token that it just asked for is refused, and says why', async () => {
      const server = await serveHub(defineHub()({ methods: {} }), {
        authenticate: () => {
          throw unauthorized();
        },
      });
      let asked = 0;
      const accessTokenFactory = (): string => `stale-${++asked}`;
      const connection = new HubConnectionBuilder()
        .withUrl(server.url('/hub'), { transport: HttpTransportType[transport], accessTokenFactory })
        .configureLogging(LogLevel.None)
        .build();
      onTestFinished(() => connection.stop());
      expect(await failureOf(connection.start())).toMatch(/Unauthorized: Status code '401'/);
      expect(asked).toBe(1);
    });
  },
);
