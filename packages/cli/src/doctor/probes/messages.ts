import type { IdleSeen, ListeningSeen, MessagesSeen } from '../observations.ts';
import { reasons } from '../reason.ts';
import { type Conversation, type ConversationOptions, converse, record, recordsOf } from './conversation.ts';
import type { Route } from './route.ts';

/** A method that no hub has: every SignalR server answers it with an error, and does nothing. */
const unknownMethod = 'minihub.doctor';

/** How much is sent. */
export interface MessagePlan {
  /** Message sizes to try, ascending, in bytes. */
  readonly sizes: readonly number[];
  /** Messages at once; 0 for none. */
  readonly burst: number;
}

/** Sends messages of which every one is answered, and waits for the answers. */
async function ask(
  conversation: Conversation,
  options: ConversationOptions,
  sizes: readonly number[],
  timeoutMs: number,
): Promise<number> {
  const waiting = new Set<string>();
  const texts = sizes.map((bytes, index) => {
    const id = `${bytes}-${index}`;
    waiting.add(id);
    if (options.kind === 'raw') return `${id}:`.padEnd(bytes, '.');
    const empty = record({ type: 1, invocationId: id, target: unknownMethod, arguments: [''] });
    return record({
      type: 1,
      invocationId: id,
      target: unknownMethod,
      arguments: ['.'.repeat(Math.max(0, bytes - empty.length))],
    });
  });
  const answered = conversation.until((text) => {
    if (options.kind === 'raw')
      waiting.delete(text.length >= 2 && texts.includes(text) ? (text.split(':')[0] ?? '') : '');
    else for (const { type, invocationId } of recordsOf(text)) if (type === 3) waiting.delete(String(invocationId));
    return waiting.size === 0 ? true : undefined;
  }, timeoutMs);
  for (const text of texts) conversation.socket.send(text, () => undefined);
  await answered;
  return sizes.length - waiting.size;
}

/** Sends messages of growing size, then many at once. Needs a hub, or an endpoint that echoes. */
export async function lookAtMessages(
  route: Route,
  options: ConversationOptions,
  plan: MessagePlan,
): Promise<MessagesSeen> {
  const passed: number[] = [];
  const sizing = await converse(route, options);
  if (typeof sizing === 'string') return { passed, refusal: sizing };
  await using conversation = sizing;
  for (const bytes of plan.sizes) {
    if ((await ask(conversation, options, [bytes], route.timeoutMs)) !== 1)
      return { passed, failed: { bytes, how: conversation.ended ?? reasons.noAnswer } };
    passed.push(bytes);
  }
  if (plan.burst === 0) return { passed };
  const answered = await ask(
    conversation,
    options,
    Array.from({ length: plan.burst }, () => 128),
    route.timeoutMs,
  );
  const how = answered === plan.burst ? {} : { how: conversation.ended ?? reasons.noAnswer };
  return { passed, burst: { sent: plan.burst, answered, ...how } };
}

/** Listens for the first sign of life that the server gives by itself. */
export async function lookForPings(
  route: Route,
  options: ConversationOptions,
  waitMs: number,
): Promise<ListeningSeen | undefined> {
  const start = performance.now();
  const opened = await converse(route, options);
  if (typeof opened === 'string') return undefined;
  await using conversation = opened;
  const greeted = performance.now();
  const since = (): number => Math.round(performance.now() - greeted);
  // A hub's first message is its answer to the handshake, which is no sign of life.
  let how = options.kind === 'hub' && conversation.firstSign === 'message' ? undefined : conversation.firstSign;
  await new Promise<void>((resolve) => {
    if (how !== undefined || conversation.ended !== undefined) return resolve();
    const timer = setTimeout(resolve, Math.max(0, waitMs - (greeted - start)));
    const heard = (what: typeof how) => () => {
      how ??= what;
      clearTimeout(timer);
      resolve();
    };
    conversation.socket.once('ping', heard('ping'));
    conversation.listen((text) => heard(text === undefined ? undefined : 'message')());
  });
  if (how !== undefined) return { waitedMs: since(), firstSignMs: since(), how };
  return { waitedMs: since(), ...(conversation.ended === undefined ? {} : { closed: conversation.ended }) };
}

/** Holds a connection on which this side says nothing, and sees whether it is cut. */
export async function lookAtIdle(
  route: Route,
  options: ConversationOptions,
  waitMs: number,
): Promise<IdleSeen | undefined> {
  const opened = await converse(route, options);
  if (typeof opened === 'string') return undefined;
  await using conversation = opened;
  // Counted from the last byte in either direction: that is what the timers of proxies do.
  let quietSince = performance.now();
  const touch = (): void => {
    quietSince = performance.now();
  };
  conversation.socket.on('ping', touch);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, waitMs);
    conversation.listen((text) => {
      if (text !== undefined) return touch();
      clearTimeout(timer);
      resolve();
    });
  });
  if (conversation.ended === undefined) return { waitedMs: waitMs };
  return { waitedMs: waitMs, cutAfterMs: Math.round(performance.now() - quietSince), how: conversation.ended };
}
