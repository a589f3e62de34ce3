import { createHubServer, defineHub, method } from '@minihub/server';
import { mapSenparc } from '@minihub/server/senparc';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const handler = { onMessage: (): void => {} };

describe('mapSenparc', () => {
  it('takes the paths that Senparc clients know, whatever their case', () => {
    const hubs = createHubServer();
    mapSenparc(hubs, { handler });
    const taken = expect.objectContaining({ code: 'MH_SERVER_PATH_TAKEN' });
    expect(() => hubs.mapRaw('/senparcwebsocket', {})).toThrow(taken);
    expect(() => hubs.mapRaw('/senparchub', {})).toThrow(taken);
  });

  it('takes no path where it is told not to', () => {
    const hubs = createHubServer();
    const { webSockets, hubs: handles } = mapSenparc(hubs, { handler, webSocketPath: [], hubPath: [] });
    expect([webSockets, handles]).toEqual([[], []]);
    hubs.mapRaw('/SenparcWebSocket', {});
    hubs.mapRaw('/SenparcHub', {});
  });

  it.each(['ReceiveMessage', 'receivemessage'])('refuses to add a hub that has %s itself', (name) => {
    const hub = defineHub()({ methods: { [name]: method([z.string()], () => {}) } });
    const wrong = expect.objectContaining({ code: 'MH_SERVER_INVALID_HUB' });
    expect(() => mapSenparc(createHubServer(), { handler, hub })).toThrow(wrong);
  });
});
