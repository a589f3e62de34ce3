/** Runs a task in the next turn of the event loop, where the host is Node.js or a browser. */
export function soon(task: () => void): void {
  if (typeof setImmediate === 'function') setImmediate(task);
  else {
    // Not setTimeout: browsers delay it to four milliseconds, and to a second in a tab that nobody looks at.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      task();
    };
    port2.postMessage(undefined);
  }
}
