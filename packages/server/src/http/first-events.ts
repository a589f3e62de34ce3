import type { Socket } from 'node:net';

/** Who is told what becomes of sockets first. */
export interface FirstEventSink {
  said(socket: Socket, chunk: Buffer): void;
  ended(socket: Socket): void;
  broke(socket: Socket, error: Error): void;
}

/** Listeners for sockets. */
export interface FirstEvents {
  data(this: Socket, chunk: Buffer): void;
  end(this: Socket): void;
  error(this: Socket, error: Error): void;
}

/** The same three listeners for all sockets: which one it is about, they are told by `this`. */
export function firstEvents(sink: FirstEventSink): FirstEvents {
  return {
    data(chunk) {
      sink.said(this, chunk);
    },
    end() {
      sink.ended(this);
    },
    error(error) {
      sink.broke(this, error);
    },
  };
}
