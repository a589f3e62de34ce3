import { serverError } from '../errors.ts';
import type { DisconnectInfo, HubContext } from '../hub/hub-context.ts';
import type { HubFilter, HubInvocation } from './hub-filter.ts';

type Context = HubContext<unknown, unknown>;

/** Runs one call through the filters, then `method`. */
export type InvokeChain = (invocation: HubInvocation, method: Method) => Promise<unknown>;

/** A hub method, its context first. */
export type Method = (context: Context, ...args: unknown[]) => unknown;

/** The filters of a mapped hub, put together once. A member is `undefined` when no filter has anything to do there. */
export class FilterChain {
  readonly invoke: InvokeChain | undefined;
  readonly connected: ((context: Context, hook: (context: Context) => unknown) => Promise<void>) | undefined;
  readonly disconnected:
    | ((
        context: Context,
        info: DisconnectInfo,
        hook: (context: Context, info: DisconnectInfo) => unknown,
      ) => Promise<void>)
    | undefined;

  /** @throws MH_SERVER_INVALID_OPTION */
  constructor(filters: readonly HubFilter[]) {
    for (const filter of filters) assertFilter(filter);
    const invoking = filters.filter((filter) => filter.invoke !== undefined);
    const connecting = filters.filter((filter) => filter.connected !== undefined);
    const disconnecting = filters.filter((filter) => filter.disconnected !== undefined);
    if (invoking.length > 0) this.invoke = (invocation, method) => runInvoke(invoking, 0, invocation, method);
    if (connecting.length > 0) {
      this.connected = (context, hook) =>
        runLife(connecting, 0, (filter, next) => (filter ? filter.connected?.(context, next) : hook(context)));
    }
    if (disconnecting.length > 0) {
      this.disconnected = (context, info, hook) =>
        runLife(disconnecting, 0, (filter, next) =>
          filter ? filter.disconnected?.(context, info, next) : hook(context, info),
        );
    }
  }
}

// Both are async, so that what a filter or a method throws at once is a rejection for the filter around it.

async function runInvoke(
  filters: readonly HubFilter[],
  index: number,
  invocation: HubInvocation,
  method: Method,
): Promise<unknown> {
  const filter = filters[index];
  if (filter === undefined) return method(invocation.context, ...invocation.arguments);
  return filter.invoke?.(invocation, (changed) => {
    const inner = changed === undefined ? invocation : { ...invocation, arguments: changed };
    return runInvoke(filters, index + 1, inner, method);
  });
}

async function runLife(
  filters: readonly HubFilter[],
  index: number,
  run: (filter: HubFilter | undefined, next: () => Promise<void>) => unknown,
): Promise<void> {
  await run(filters[index], () => runLife(filters, index + 1, run));
}

const members = ['invoke', 'connected', 'disconnected'] as const;

function assertFilter(filter: HubFilter): void {
  const isFilter =
    typeof filter === 'object' &&
    filter !== null &&
    members.some((name) => filter[name] !== undefined) &&
    members.every((name) => filter[name] === undefined || typeof filter[name] === 'function');
  if (isFilter) return;
  const expected = "an object with at least one of the functions 'invoke', 'connected' and 'disconnected'";
  throw serverError('MH_SERVER_INVALID_OPTION', `Each of 'filters' must be ${expected}.`);
}
