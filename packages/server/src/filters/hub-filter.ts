import type { DisconnectInfo, HubContext } from '../hub/hub-context.ts';

/** One call of a hub method, as filters see it. */
export interface HubInvocation<Client = unknown, Items = unknown> {
  /** The method's name as the hub defines it, whatever the case in which the client wrote it. */
  readonly method: string;
  /** Whether it answers once or with a stream. */
  readonly kind: 'method' | 'stream';
  /** What the method gets first: the connection, its user, the headers of the message, the signal. */
  readonly context: HubContext<Client, Items>;
  /** What the method gets besides, validated; uploads are there as streams, each in its place. */
  readonly arguments: readonly unknown[];
}

/**
 * What goes around the methods and hooks of a hub: a check, a timer, a log, a trace. All members are optional.
 *
 * Filters of the server (`createHubServer({ filters })`) are outermost, those of a hub (`map(path, hub, { filters })`)
 * are inside of them, each list in its order. They run after authorization and after the arguments were validated: a
 * call that is refused there reaches no filter. The methods that minihub itself offers are not filtered.
 *
 * @example
 * const timing: HubFilter = {
 *   async invoke({ method }, next) {
 *     const start = performance.now();
 *     try {
 *       return await next();
 *     } finally {
 *       console.log(method, performance.now() - start);
 *     }
 *   },
 * };
 * @see SignalR: IHubFilter
 */
export interface HubFilter<Client = unknown, Items = unknown> {
  /**
   * Goes around one call. What it returns is the answer: what `next` gave, or something else. What it throws is
   * treated as if the method had thrown it, so a `HubError` reaches the caller with its text.
   *
   * The result of a stream is the iterable that the method returned, and the answer must be one too: to see the items,
   * return an async generator that goes through it.
   * @param next goes on; with arguments, these instead of the validated ones. They are not validated again. It may be
   * left out, which refuses the call, and it may be called again, which runs the method again.
   */
  invoke?(
    invocation: HubInvocation<Client, Items>,
    next: (changedArguments?: readonly unknown[]) => Promise<unknown>,
  ): unknown;
  /** Goes around `connected`, also of hubs that have none. What it throws refuses the connection. */
  connected?(context: HubContext<Client, Items>, next: () => Promise<void>): unknown;
  /** Goes around `disconnected`, also of hubs that have none; not called when `connected` failed. What it throws is logged. */
  disconnected?(context: HubContext<Client, Items>, info: DisconnectInfo, next: () => Promise<void>): unknown;
}
