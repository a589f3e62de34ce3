import { createGate, Inbox } from '../support/inbox.ts';
import { MemoryTransport } from '../support/memory-transport.ts';
import { RecordingSink, transportSpec } from '../support/transport-spec.ts';

// The stand-in of the unit tests keeps the same promises as the transports that it stands for.
transportSpec('the memory transport', async () => {
  const transport = new MemoryTransport();
  const sink = new RecordingSink();
  const received = new Inbox<string>();
  const ended = createGate<number | undefined>();
  transport.sink = {
    transportData: (chunk) => sink.transportData(chunk),
    transportDrain: () => {},
    transportEnd: (end) => {
      sink.transportEnd(end);
      ended.open(end.code);
    },
  };
  const write = transport.write.bind(transport);
  transport.write = (frame) => {
    const before = transport.writes.length;
    write(frame);
    if (transport.writes.length > before) received.put(frame.toString());
  };
  return {
    transport,
    sink,
    peer: {
      send: (text) => transport.push(text),
      received,
      close: () => transport.end({ graceful: true }),
      cut: () => transport.end({ graceful: false }),
      ended: ended.passed.then((code) => (code === 1006 ? undefined : code)),
    },
    async [Symbol.asyncDispose]() {},
  };
});
