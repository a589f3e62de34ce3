import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process needs besides its connections. */
const others = 150;

/** Files that a process may have open: the hard limit, because Node and the load generator raise theirs to it. */
function openFiles() {
  try {
    const found = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return found === undefined || found === 'unlimited' ? Number.POSITIVE_INFINITY : Number(found);
  } catch {
    // Not Linux. Windows has no such limit.
    const { status, stdout } = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' });
    return status !== 0 || stdout.trim() === 'unlimited' ? Number.POSITIVE_INFINITY : Number(stdout);
  }
}

/** Client ports of loopback: each connection to one port of a server needs one. */
function clientPorts() {
  try {
    const [first = 0, last = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
      .split(/\s+/)
      .map(Number);
    return last - first;
  } catch {
    // 49,152 to 65,535, the range of macOS and Windows.
    return 16_384;
  }
}

/** How many connections one load generator and one server can have here. */
export function mostConnections() {
  const files = openFiles() - others;
  const ports = clientPorts() - others;
  const why =
    files < ports ? `the limit of open files (\`ulimit -Hn\`) is ${openFiles()}` : 'there are no more client ports';
  return { most: Math.max(1, Math.min(files, ports)), why };
}
