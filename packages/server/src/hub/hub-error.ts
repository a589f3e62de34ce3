import { MinihubError } from '@minihub/protocol';

/**
 * An error that a hub method throws on purpose: its message crosses the wire to the caller, whatever the
 * `detailedErrors` option says. Anything else that a method throws stays on the server.
 *
 * @example throw new HubError('The room is full.');
 * @see SignalR: HubException
 */
export class HubError extends MinihubError<'MH_SERVER_HUB_ERROR'> {
  /**
   * The type name that the caller sees before the message.
   * Clients of .NET hubs sometimes compare it, for instance with `InvalidOperationException`.
   * @defaultValue 'HubException'
   */
  readonly typeName: string;

  constructor(message: string, options?: { readonly typeName?: string; readonly cause?: unknown }) {
    super('MH_SERVER_HUB_ERROR', message, options);
    this.name = 'HubError';
    this.typeName = options?.typeName ?? 'HubException';
  }
}

/** What crosses the wire of `error`: see {@link HubError}. `undefined` when nothing may. */
export function publicErrorOf(error: unknown): { readonly typeName: string; readonly message: string } | undefined {
  if (MinihubError.is(error) && error.code === 'MH_SERVER_HUB_ERROR') {
    return { typeName: (error as Partial<HubError>).typeName ?? 'HubException', message: error.message };
  }
  return undefined;
}
