// Imported before the packer: it asks servicewechat.com for a list of file types, and does without when there is no answer.
// A test asks nobody.
import net from 'node:net';

net.Socket.prototype.connect = function refuse() {
  queueMicrotask(() => this.destroy(new Error('This test has no network')));
  return this;
};
