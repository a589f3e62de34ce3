import * as official from '@microsoft/signalr';
import { createWx, type SimulatedPhone } from '@minihub/simulator';
import { EventSource } from 'eventsource';
import { afterAll } from 'vitest';
import { WebSocket } from 'ws';
import { MessagePackHubProtocol } from '../src/messagepack.ts';
import * as ours from '../src/signalr.ts';
import { type SignalR, signalRSpec } from './signalr-spec.ts';

const phone: SimulatedPhone = createWx({ platform: 'ios', quirks: { maxSockets: 50 } });
afterAll(() => phone.dispose());

signalRSpec({
  name: '@microsoft/signalr',
  signalR: official,
  transports: ['WebSockets', 'skipNegotiation', 'ServerSentEvents', 'LongPolling'],
});
signalRSpec({
  name: '@minihub/client/signalr',
  signalR: ours as unknown as SignalR,
  options: { WebSocket, EventSource },
  transports: ['WebSockets', 'skipNegotiation', 'ServerSentEvents', 'LongPolling'],
});
signalRSpec({
  name: '@minihub/client/signalr in a mini program',
  signalR: ours as unknown as SignalR,
  options: { wx: phone.wx },
  transports: ['WebSockets', 'skipNegotiation', 'LongPolling'],
});
signalRSpec({
  name: '@minihub/client/signalr with MessagePack',
  signalR: ours as unknown as SignalR,
  options: { WebSocket },
  protocol: () => new MessagePackHubProtocol(),
  transports: ['WebSockets', 'LongPolling'],
});
