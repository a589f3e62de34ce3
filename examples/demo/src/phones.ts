import { fileURLToPath } from 'node:url';
import { type DevServer, SimulatorError, startDevServer } from '@minihub/simulator/dev-server';

/** What {@link startPhones} takes. */
export interface PhonesOptions {
  /** The port of the demo, which the mini program talks to. */
  readonly demoPort: number;
  /** The port to begin with; 0 takes a free one. */
  readonly port: number;
  /** The address that the demo listens on. Without one, the phones are shown to this machine alone: they relay sockets. */
  readonly host: string | undefined;
}

// From `src/` as from `dist/`.
const dir = fileURLToPath(new URL('../../miniprogram', import.meta.url));
const tries = 20;

/** Serves the example mini program in simulated phones; when a port is taken, on the next one. */
export async function startPhones({ demoPort, port, host }: PhonesOptions): Promise<DevServer> {
  const extConfig = { host: `ws://${reachable(host)}:${demoPort}` };
  for (let attempt = 0; ; attempt++) {
    const candidate = port === 0 || port + attempt > 65_535 ? 0 : port + attempt;
    try {
      return await startDevServer({ dir, port: candidate, extConfig, ...(host ? { host } : {}) });
    } catch (error) {
      const isTaken = SimulatorError.is(error) && error.code === 'MH_SIM_PORT_TAKEN';
      if (!isTaken || attempt === tries) throw error;
    }
  }
}

/** An address to connect to, for one that is listened on. */
function reachable(host: string | undefined): string {
  if (!host || host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
