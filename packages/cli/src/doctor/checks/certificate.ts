import { same, type Text } from '@minihub/command-line';
import { defaultDoctorLimits } from '../defaults.ts';
import { type Check, defineKinds, type Finding, found } from '../finding.ts';
import type { CertificateSeen, Observations, TlsSeen } from '../observations.ts';
import { linesFor } from '../remedies.ts';

const handshakeFails: Text = {
  en: 'Phones end with `TLS handshake failed` (code 8 on Android); with domain verification off in the tools it works.',
  zh: '手机上报 `TLS handshake failed`（安卓 code 8）；而开发者工具关闭校验时一切正常。',
};
const renew: Text = {
  en: 'Renew the certificate, and reload the server so that it reads the new one.',
  zh: '更新证书，并重载服务器使其读取新证书。',
};

const kinds = defineKinds('D3', {
  'certificate-expired': {
    title: { en: 'The certificate has expired', zh: '证书已过期' },
    means: {
      en: 'Phones refuse it; to a user it looks like reconnecting without end.',
      zh: '手机会拒绝；用户看到的是无休止的“重连中”。',
    },
    mend: renew,
  },
  'certificate-not-yet-valid': {
    title: { en: 'The certificate is not valid yet', zh: '证书尚未生效' },
    means: handshakeFails,
    mend: {
      en: 'Wait until it is, or check the clock of the machine that issued it.',
      zh: '等待其生效，或检查签发机器的时钟。',
    },
  },
  'certificate-expires-soon': {
    severity: 'warning',
    title: { en: 'The certificate expires soon', zh: '证书即将过期' },
    means: { en: 'After that day phones refuse to connect.', zh: '过期之后手机将拒绝连接。' },
    mend: renew,
  },
  'certificate-wrong-name': {
    title: { en: 'The certificate is for another name', zh: '证书与域名不符' },
    means: handshakeFails,
    mend: {
      en: 'Get a certificate whose names contain this host; a wildcard covers one level only.',
      zh: '申请包含该域名的证书；泛域名证书只覆盖一级。',
    },
  },
  'certificate-self-signed': {
    title: { en: 'The certificate is signed by itself', zh: '自签名证书' },
    means: handshakeFails,
    mend: {
      en: 'Get one from a public authority (Let’s Encrypt, your cloud’s free certificates).',
      zh: '改用公共 CA 的证书（Let’s Encrypt 或云厂商的免费证书）。',
    },
  },
  'certificate-chain-incomplete': {
    title: { en: 'The intermediate certificate is missing', zh: '缺少中间证书' },
    means: {
      en: 'Desktop browsers fetch it by themselves, and so does iOS at times; Android does not: `UNABLE_TO_VERIFY_LEAF_SIGNATURE`.',
      zh: '桌面浏览器会自行下载，iOS 有时也会；安卓不会：`UNABLE_TO_VERIFY_LEAF_SIGNATURE`。',
    },
    mend: {
      en: 'Serve the full chain: your certificate followed by the intermediate one.',
      zh: '部署完整证书链：自己的证书在前，中间证书在后。',
    },
  },
  'certificate-untrusted': {
    title: { en: 'No phone knows the authority of the certificate', zh: '手机不信任签发该证书的 CA' },
    means: handshakeFails,
    mend: {
      en: 'Get a certificate from a public authority. For a private one of your own give the doctor its root with --ca.',
      zh: '改用公共 CA 的证书。若是自建 CA，用 --ca 把根证书交给 doctor。',
    },
  },
  'certificate-weak-key': {
    title: { en: 'The key of the certificate is too short', zh: '证书密钥过短' },
    means: { en: 'iOS refuses RSA keys below 2048 bits.', zh: 'iOS 拒绝 2048 位以下的 RSA 密钥。' },
    mend: {
      en: 'Issue it again for an RSA key of 2048 bits or an elliptic curve key.',
      zh: '用 2048 位 RSA 或椭圆曲线密钥重新签发。',
    },
  },
});

const day = 86_400_000;

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function timeFindings(certificate: CertificateSeen, nowMs: number): readonly Finding[] {
  const { validFromMs, validToMs } = certificate;
  if (validToMs < nowMs)
    return [
      found(kinds['certificate-expired'], {
        en: `It ended on ${dateOf(validToMs)}.`,
        zh: `于 ${dateOf(validToMs)} 到期。`,
      }),
    ];
  if (validFromMs > nowMs)
    return [
      found(kinds['certificate-not-yet-valid'], {
        en: `It begins on ${dateOf(validFromMs)}.`,
        zh: `自 ${dateOf(validFromMs)} 起生效。`,
      }),
    ];
  const daysLeft = Math.floor((validToMs - nowMs) / day);
  if (daysLeft >= defaultDoctorLimits.certificateDays) return [];
  return [
    found(kinds['certificate-expires-soon'], {
      en: `It ends on ${dateOf(validToMs)}, in ${daysLeft} days.`,
      zh: `将于 ${dateOf(validToMs)} 到期，还剩 ${daysLeft} 天。`,
    }),
  ];
}

// These say something about time, which is looked at by itself.
const aboutTime = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

function chainFinding(tls: TlsSeen, certificate: CertificateSeen, seen: Observations): readonly Finding[] {
  const { chainError, chainLength = 1 } = tls;
  if (chainError === undefined || aboutTime.has(chainError)) return [];
  const { issuer, issuerUrl } = certificate;
  if (certificate.selfSigned) return [found(kinds['certificate-self-signed'], same(certificate.subject))];
  if (chainLength > 1) return [found(kinds['certificate-untrusted'], same(`${issuer} (${chainError})`))];
  const where = issuerUrl === undefined ? '' : ` (${issuerUrl})`;
  const said = {
    en: `Only one certificate was sent, issued by ${issuer}${where}, which is no root that phones know (${chainError}).`,
    zh: `只发送了一张证书，签发者 ${issuer}${where} 不是手机内置的根证书（${chainError}）。`,
  };
  return [found(kinds['certificate-chain-incomplete'], said, linesFor('chain', seen))];
}

/** D3: the certificate, as a phone sees it. @see mini-program.md 2.2 */
export const certificateCheck: Check = {
  kinds,
  look(seen) {
    const { tls, nowMs, target } = seen;
    const certificate = tls?.certificate;
    if (tls === undefined || certificate === undefined) return [];
    const names = {
      en: `It is for ${certificate.names.join(', ')}, not for ${target.host}.`,
      zh: `证书的域名是 ${certificate.names.join('、')}，而不是 ${target.host}。`,
    };
    const bits = certificate.rsaBits;
    return [
      ...timeFindings(certificate, nowMs),
      ...(tls.nameMatches === false ? [found(kinds['certificate-wrong-name'], names)] : []),
      ...chainFinding(tls, certificate, seen),
      ...(bits !== undefined && bits < 2048 ? [found(kinds['certificate-weak-key'], same(`RSA ${bits}`))] : []),
    ];
  },
};
