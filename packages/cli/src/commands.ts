import type { Command } from './command.ts';
import { doctorCommand } from './doctor/doctor-command.ts';
import { proxyConfigCommand } from './proxy-config/proxy-config-command.ts';

/** Every command, in the order of help. */
export const commands: readonly Command[] = [doctorCommand, proxyConfigCommand];
