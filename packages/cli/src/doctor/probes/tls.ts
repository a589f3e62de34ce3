import { X509Certificate } from 'node:crypto';
import { checkServerIdentity, type DetailedPeerCertificate, rootCertificates, type TLSSocket } from 'node:tls';
import type { CertificateSeen, TlsSeen } from '../observations.ts';
import { openTls, type Route, reasonOf } from './route.ts';

function certificateOf(socket: TLSSocket): CertificateSeen | undefined {
  const peer: DetailedPeerCertificate = socket.getPeerCertificate(true);
  if (peer.raw === undefined) return undefined;
  const leaf = new X509Certificate(peer.raw);
  const names = (leaf.subjectAltName ?? '').split(', ').map((name) => name.replace(/^(DNS|IP Address):/, ''));
  const issuerUrl = /CA Issuers - URI:(\S+)/.exec(leaf.infoAccess ?? '')?.[1];
  const bits =
    leaf.publicKey.asymmetricKeyType === 'rsa' ? leaf.publicKey.asymmetricKeyDetails?.modulusLength : undefined;
  return {
    subject: leaf.subject.replaceAll('\n', ', '),
    issuer: leaf.issuer.replaceAll('\n', ', '),
    names: names.filter((name) => name !== ''),
    validFromMs: Date.parse(leaf.validFrom),
    validToMs: Date.parse(leaf.validTo),
    selfSigned: leaf.subject === leaf.issuer && leaf.verify(leaf.publicKey),
    ...(issuerUrl === undefined ? {} : { issuerUrl }),
    ...(bits === undefined ? {} : { rsaBits: bits }),
  };
}

/** How many certificates were sent: Node links each to its issuer, and the last to itself or to nothing. */
function chainLength(socket: TLSSocket): number {
  const fingerprints = new Set<string>();
  let current: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (current?.fingerprint256 !== undefined && !fingerprints.has(current.fingerprint256)) {
    fingerprints.add(current.fingerprint256);
    current = current.issuerCertificate;
  }
  return fingerprints.size;
}

/** OpenSSL's verdict on the chain. Its roots are Mozilla's; phones have about the same. It fetches nothing. */
function chainError(socket: TLSSocket): string | undefined {
  const error: unknown = socket.authorizationError;
  if (socket.authorized || error === undefined || error === null) return undefined;
  const code = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
  return code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? undefined : code;
}

async function succeeds(attempt: Promise<TLSSocket>): Promise<boolean> {
  try {
    (await attempt).destroy();
    return true;
  } catch {
    // That it fails is the answer; why is told by the attempt without restrictions.
    return false;
  }
}

/** What Apple's transport security and Android agree on for TLS 1.2. */
const forwardSecret = 'ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES';

async function lookAtFailure(route: Route, error: string): Promise<TlsSeen> {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
  if (await succeeds(openTls(route, old))) return { error, onlyOldVersions: true };
  if (await succeeds(openTls(route, { ALPNProtocols: ['h2'] }))) return { error, refusesHttp11: true };
  return { error };
}

/** Looks at the endpoint's TLS as Android and iOS do. */
export async function lookAtTls(route: Route): Promise<TlsSeen> {
  const ca = [...rootCertificates, ...route.roots];
  let socket: TLSSocket;
  try {
    socket = await openTls(route, { ca, minVersion: 'TLSv1.2' });
  } catch (error) {
    return lookAtFailure(route, reasonOf(error));
  }
  const certificate = certificateOf(socket);
  const verdict = chainError(socket);
  const peer = socket.getPeerCertificate(true);
  const seen = {
    ...(socket.getProtocol() === null ? {} : { protocol: socket.getProtocol() ?? '' }),
    cipher: socket.getCipher().name,
    chainLength: chainLength(socket),
    nameMatches: checkServerIdentity(route.host, peer) === undefined,
    ...(verdict === undefined ? {} : { chainError: verdict }),
    ...(certificate === undefined ? {} : { certificate }),
  };
  socket.destroy();
  const speaksTls12 = await succeeds(openTls(route, { maxVersion: 'TLSv1.2', minVersion: 'TLSv1.2' }));
  const secret = { maxVersion: 'TLSv1.2', minVersion: 'TLSv1.2', ciphers: forwardSecret } as const;
  const speaksForwardSecrecy = !speaksTls12 || (await succeeds(openTls(route, secret)));
  return { ...seen, speaksTls12, speaksForwardSecrecy };
}
