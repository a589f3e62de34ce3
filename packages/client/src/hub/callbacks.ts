import { type HubMessage, type InvocationMessage, MessageType } from '@minihub/protocol';

/** A function that the server may call. */
export type Callback = (...args: readonly unknown[]) => unknown;

/** Tells about an error that belongs to nobody: what a handler threw, a callback without a handler. */
export type ReportError = (error: unknown, context: { readonly stage: string }) => void;

/** What the server may call here. Names match case-insensitively, as in SignalR's JavaScript client. */
export class Callbacks {
  /** Without a prototype: the server chooses the names that are looked up. The lists are replaced, never changed. */
  private readonly handlers: { [name: string]: Callback[] | undefined } = Object.create(null) as {
    [name: string]: Callback[];
  };
  private readonly report: ReportError;

  constructor(report: ReportError) {
    this.report = report;
  }

  /** @returns removes the handler */
  add(name: string, handler: Callback): () => void {
    const { handlers } = this;
    const key = name.toLowerCase();
    handlers[key] = (handlers[key] || []).concat(handler);
    return () => {
      const list = handlers[key] || [];
      const at = list.indexOf(handler);
      if (at >= 0) handlers[key] = list.filter((_, i) => i !== at);
    };
  }

  /** Runs the handlers; answers when the server wants a result. @see signalr.md 1.11, "Client results" */
  run(message: InvocationMessage, answer: (completion: HubMessage) => void): void {
    const { report } = this;
    const { target, invocationId } = message;
    const list = this.handlers[target.toLowerCase()] || [];
    const stage = `callback ${target}`;
    // What minihub tells by itself need not be listened to.
    if (list.length === 0 && target.indexOf('minihub:') !== 0) {
      report(new Error(`No handler for '${target}'`), { stage });
    }
    if (invocationId === undefined) {
      list.forEach((handler) => {
        // Most handlers neither fail nor give a promise. None is made for them then: it would be the dearest part of a message.
        try {
          const result = handler.apply(null, message.arguments as []) as PromiseLike<unknown> | undefined;
          // Not its own `then`, which may settle twice, or at once, or need both functions.
          if (typeof result?.then === 'function') {
            Promise.resolve(result).then(undefined, (error) => report(error, { stage }));
          }
        } catch (error) {
          Promise.reject(error).then(undefined, () => report(error, { stage }));
        }
      });
      return;
    }
    const results = list.map(
      (handler) => new Promise((resolve) => resolve(handler.apply(null, message.arguments as []))),
    );
    const complete = (members: { result: unknown } | { error: string }): void =>
      answer({ type: MessageType.Completion, invocationId, ...members });
    Promise.all(results)
      .then((values) => {
        const given = values.filter((value) => value !== undefined);
        if (given.length === 1) return { result: given[0] };
        throw given.length === 0 ? "Client didn't provide a result." : 'Client provided multiple results.';
      })
      .then(complete, (error) => complete({ error: String(error) }));
  }
}
