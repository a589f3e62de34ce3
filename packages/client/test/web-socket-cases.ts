import type { EchoServer } from '../../simulator/test/fixtures.ts';
import { eventCases } from './web-socket-event-cases.ts';
import { runCase, type SocketCase } from './web-socket-kit.ts';
import { memberCases } from './web-socket-member-cases.ts';
import type { AnySocketClass } from './web-socket-spec.ts';
import { trafficCases } from './web-socket-traffic-cases.ts';

/** What the standard demands, one thing at a time. */
export const socketCases: readonly SocketCase[] = [...memberCases, ...trafficCases, ...eventCases];

/** The names of the cases that fail on a class; what each says is printed. */
export async function failingCases(Socket: unknown, server: EchoServer): Promise<string[]> {
  const failed: string[] = [];
  for (const testCase of socketCases) {
    await runCase(testCase, Socket as AnySocketClass, server).catch((error: Error) => {
      console.log(`${testCase.name}: ${error.message}`);
      failed.push(testCase.name);
    });
  }
  return failed;
}
