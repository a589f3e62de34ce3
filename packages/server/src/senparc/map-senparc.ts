import { serverError } from '../errors.ts';
import { type AnyHub, type ClientOf, defineHub, type HubDefinition } from '../hub/define-hub.ts';
import type { HubContext } from '../hub/hub-context.ts';
import { method } from '../hub/hub-method.ts';
import type { HubServer } from '../hub-server.ts';
import type { RawConnection, RawHandler } from '../raw/raw-handler.ts';
import type { MapOptions, MapRawOptions } from '../server-options.ts';
import { toLocalTime } from './local-time.ts';
import { SenparcConnection } from './senparc-connection.ts';
import { SenparcDispatch } from './senparc-dispatch.ts';
import { SenparcEndpoint } from './senparc-endpoint.ts';
import type { SenparcHandler } from './senparc-handler.ts';
import { type JsonCallbacks, SenparcRoom } from './senparc-room.ts';
import { textSchema } from './text-schema.ts';

/** The paths and names of Senparc.WebSocket, which its clients know. */
export const senparcDefaults: {
  readonly webSocketPath: '/SenparcWebSocket';
  readonly hubPath: '/SenparcHub';
  readonly callbackName: 'ReceiveMessage';
} = { webSocketPath: '/SenparcWebSocket', hubPath: '/SenparcHub', callbackName: 'ReceiveMessage' };

/** The callbacks of a Senparc hub's clients, for hubs that add to it. */
export interface SenparcCallbacks {
  /** Gets `{"content": string, "time": string}` as JSON text. */
  ReceiveMessage(json: string): void;
}

/** A Senparc hub to which nothing is added. */
export type PlainSenparcHub = HubDefinition<SenparcCallbacks, Record<string, unknown>, Record<never, never>>;

/** What {@link mapSenparc} takes. */
export interface MapSenparcOptions<Hub extends AnyHub = PlainSenparcHub> {
  /** What is done with the clients of all paths. */
  readonly handler: SenparcHandler;
  /** Where plain WebSockets connect; several paths, or none (`[]`). @defaultValue '/SenparcWebSocket' */
  readonly webSocketPath?: string | readonly string[];
  /** Where SignalR clients connect; several paths, or none (`[]`). @defaultValue '/SenparcHub' */
  readonly hubPath?: string | readonly string[];
  /** The callback by which SignalR clients get messages. @defaultValue 'ReceiveMessage' */
  readonly callbackName?: string;
  /**
   * A hub whose methods are served beside `ReceiveMessage`, and whose hooks run as well. Its `clients` are those of
   * the same hub path.
   * @defaultValue none
   */
  readonly hub?: Hub;
  /** Options of the raw paths. */
  readonly webSocketOptions?: MapRawOptions;
  /** Options of the hub paths. */
  readonly hubOptions?: MapOptions;
  /** Writes the `time` of a message. @defaultValue local time as `yyyy/MM/dd HH:mm:ss` */
  readonly formatTime?: (time: Date) => string;
  /** The time of day; tests hand in their own. @defaultValue `() => new Date()` */
  readonly now?: () => Date;
}

/**
 * Registers a handler for the mini-program clients of Senparc.WebSocket, which run against it unchanged: on a path for
 * plain WebSockets and on a path for SignalR, or on many of each. The clients of all paths of one registration see each
 * other: `sendMessageToAll` reaches them whichever way they came.
 * @throws MH_SERVER_PATH_TAKEN, MH_SERVER_INVALID_HUB (the added hub has a `ReceiveMessage` itself), MH_SERVER_CLOSED,
 * MH_SERVER_INVALID_OPTION
 * @example
 * mapSenparc(hubs, {
 *   handler: { onMessage: (helper, { message }) => helper.sendMessage(`You said: ${message}`) },
 * });
 */
export function mapSenparc<Hub extends AnyHub = PlainSenparcHub>(
  hubs: HubServer,
  options: MapSenparcOptions<Hub>,
): SenparcEndpoint<SenparcCallbacks & ClientOf<Hub>> {
  const { callbackName = senparcDefaults.callbackName, now = () => new Date(), formatTime = toLocalTime } = options;
  const room = new SenparcRoom({ callbackName, now, formatTime });
  const dispatch = new SenparcDispatch(options.handler, hubs.log);
  for (const path of toList(options.webSocketPath ?? senparcDefaults.webSocketPath)) {
    room.webSockets.push(
      hubs.mapRaw(path, createRawHandler(room, dispatch), { ...options.webSocketOptions, transports: ['WebSockets'] }),
    );
  }
  for (const path of toList(options.hubPath ?? senparcDefaults.hubPath)) {
    // A definition can be mapped once, so each path gets its own.
    const index = room.hubs.length;
    room.hubs.push(hubs.map(path, createHub({ room, dispatch, index, added: options.hub }), options.hubOptions));
  }
  return new SenparcEndpoint(room);
}

function toList(paths: string | readonly string[]): readonly string[] {
  return typeof paths === 'string' ? [paths] : paths;
}

function createRawHandler(room: SenparcRoom, dispatch: SenparcDispatch): RawHandler {
  const toHelper = (connection: RawConnection): SenparcConnection =>
    new SenparcConnection(room, connection, {
      via: 'webSocket',
      send: async (text) => connection.send(room.write(text)),
      close: () => connection.close(),
    });
  return {
    connecting: (connection) => dispatch.connect(toHelper(connection)),
    // Some clients send their JSON as bytes; the original reads those as text as well.
    message: (connection, data) => dispatch.message(connection.id, data.toString()),
    disconnected: (connection, info) => dispatch.disconnect(connection.id, info),
  };
}

interface HubParts {
  readonly room: SenparcRoom;
  readonly dispatch: SenparcDispatch;
  /** Which of the room's hubs it will be: it cannot know its own handle before it is mapped. */
  readonly index: number;
  readonly added: AnyHub | undefined;
}

function createHub({ room, dispatch, index, added }: HubParts): AnyHub {
  const toHelper = ({ connection }: HubContext<JsonCallbacks>): SenparcConnection =>
    new SenparcConnection(room, connection, {
      via: 'hub',
      send: (text) => room.sendToHubClient(index, connection.id, text),
      close: () => connection.abort(),
    });
  return defineHub<JsonCallbacks>()({
    connected: async (context) => {
      await added?.connected?.(context);
      await dispatch.connect(toHelper(context));
    },
    disconnected: async (context, info) => {
      await dispatch.disconnect(context.connection.id, info);
      await added?.disconnected?.(context, info);
    },
    methods: {
      ...methodsOf(added),
      ReceiveMessage: method([textSchema], ({ connection }, json) => dispatch.invoke(connection.id, json)),
    },
  });
}

function methodsOf(added: AnyHub | undefined): AnyHub['methods'] {
  if (added === undefined) return {};
  if (!Object.hasOwn(added.methods, 'ReceiveMessage')) return added.methods;
  throw serverError('MH_SERVER_INVALID_HUB', "The method 'ReceiveMessage' is the Senparc handler's.");
}
