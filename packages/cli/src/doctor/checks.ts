import { addressRules } from './checks/address-rules.ts';
import { addressCheck } from './checks/addresses.ts';
import { ceilings } from './checks/ceilings.ts';
import { certificateCheck } from './checks/certificate.ts';
import { cloud } from './checks/cloud.ts';
import { compression } from './checks/compression.ts';
import { heartbeat } from './checks/heartbeat.ts';
import { idleCheck } from './checks/idle.ts';
import { senders } from './checks/senders.ts';
import { stickiness } from './checks/stickiness.ts';
import { subprotocol } from './checks/subprotocol.ts';
import { tlsVersions } from './checks/tls-versions.ts';
import { token } from './checks/token.ts';
import { transports } from './checks/transports.ts';
import { upgradeCheck } from './checks/upgrade.ts';
import type { Check, Finding, FindingKind } from './finding.ts';
import type { Observations } from './observations.ts';

/** Every check of an endpoint, from the outside in: what is mended first stands first. */
export const checks: readonly Check[] = [
  addressRules,
  addressCheck,
  tlsVersions,
  certificateCheck,
  token,
  senders,
  upgradeCheck,
  transports,
  stickiness,
  subprotocol,
  compression,
  ceilings,
  cloud,
  heartbeat,
  idleCheck,
];

/** Every kind of finding about an endpoint. The page of findings is made from it. @public */
export const endpointKinds: readonly FindingKind[] = checks.flatMap(({ kinds }) => Object.values(kinds));

/** What is wrong with what was seen. Pure. */
export function diagnose(seen: Observations): readonly Finding[] {
  const findings = checks.flatMap((check) => check.look(seen));
  // A token that has expired explains why nobody is let in.
  const aboutToken = findings.some(({ kind }) => kind.code.startsWith('token-'));
  return aboutToken ? findings.filter(({ kind }) => kind.code !== 'not-authorised') : findings;
}
