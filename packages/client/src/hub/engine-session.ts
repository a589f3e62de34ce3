import { type HubMessage, MessageType } from '@minihub/protocol';
import type { Callbacks } from './callbacks.ts';
import type { Calls } from './calls.ts';
import { ClientSession, type SessionSink } from './client-session.ts';
import type { EngineSettings } from './engine-needs.ts';
import type { Outgoing } from './outgoing.ts';
import type { Route } from './route.ts';

/** What a session needs of the engine that it serves. */
export interface SessionHost extends SessionSink {
  readonly calls: Calls;
  readonly callbacks: Callbacks;
  readonly outgoing: Outgoing;
  on(what: 'ready' | 'lost' | 'ended', detail: unknown): void;
  /** The one that is current. */
  readonly session: ClientSession | undefined;
}

/** Makes the session of a new connection, and brings what comes out of it to where it belongs. */
export function createSession(
  settings: EngineSettings,
  { stateful, connectionId }: Route,
  host: SessionHost,
): ClientSession {
  const deliver = (message: HubMessage): void => {
    try {
      if (message.type === MessageType.Close) host.on('ended', message);
      else if (message.type === MessageType.Invocation) {
        host.callbacks.run(message, (completion) => {
          // Ids belong to a session: on another one this would answer somebody else's question.
          if (host.session === session) host.outgoing.submit(completion, () => {});
        });
      } else host.calls.deliver(message);
    } catch (error) {
      settings.report(error, { stage: 'deliver' });
    }
  };
  const session = new ClientSession(
    {
      ...settings,
      resumeBufferBytes: stateful ? settings.resumeBufferBytes : undefined,
      isUndecided: stateful && connectionId === undefined,
    },
    host,
    deliver,
  );
  return session;
}
