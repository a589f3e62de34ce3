import { same } from '@minihub/command-line';
import { type Check, defineKinds, found } from '../finding.ts';
import { told } from '../reason.ts';

const kinds = defineKinds('D3', {
  'tls-too-old': {
    title: { en: 'The server speaks only TLS 1.0 or 1.1', zh: '服务器只支持 TLS 1.0/1.1' },
    means: {
      en: 'Mini programs need TLS 1.2: `TLS handshake failed`.',
      zh: '小程序要求 TLS 1.2 以上：`TLS handshake failed`。',
    },
    mend: {
      en: 'Allow TLS 1.2 and 1.3 (nginx: `ssl_protocols TLSv1.2 TLSv1.3;`).',
      zh: '启用 TLS 1.2 与 1.3（nginx：`ssl_protocols TLSv1.2 TLSv1.3;`）。',
    },
  },
  'tls-1.3-only': {
    severity: 'warning',
    title: { en: 'The server speaks only TLS 1.3', zh: '服务器只支持 TLS 1.3' },
    means: { en: 'Android before version 10 has no TLS 1.3.', zh: '安卓 10 以下的系统没有 TLS 1.3。' },
    mend: { en: 'Allow TLS 1.2 beside it.', zh: '同时启用 TLS 1.2。' },
  },
  'tls-no-ecdhe': {
    title: { en: 'TLS 1.2 without ECDHE', zh: 'TLS 1.2 不支持 ECDHE' },
    means: {
      en: 'iOS refuses cipher suites without forward secrecy (App Transport Security).',
      zh: 'iOS 的 ATS 拒绝没有前向保密的加密套件。',
    },
    mend: {
      en: 'Allow ECDHE suites (nginx: `ssl_ciphers HIGH:!aNULL;` and an `ssl_ecdh_curve` that the server has).',
      zh: '启用 ECDHE 套件（nginx：`ssl_ciphers HIGH:!aNULL;`）。',
    },
  },
  'http-1.1-refused': {
    difficulty: 'D9',
    title: { en: 'The server refuses HTTP/1.1', zh: '服务器拒绝 HTTP/1.1' },
    means: {
      en: 'WebSockets of phones go over HTTP/1.1; what speaks only HTTP/2 cannot take them.',
      zh: '手机的 WebSocket 使用 HTTP/1.1；只支持 HTTP/2 的服务无法接受。',
    },
    mend: {
      en: 'Allow HTTP/1.1 beside HTTP/2 on the CDN or the listener (ALPN `h2,http/1.1`).',
      zh: '在 CDN 或监听器上同时启用 HTTP/1.1（ALPN `h2,http/1.1`）。',
    },
  },
  'tls-failed': {
    title: { en: 'The TLS handshake fails', zh: 'TLS 握手失败' },
    means: { en: 'No phone can connect: `TLS handshake failed`.', zh: '任何手机都无法连接：`TLS handshake failed`。' },
    mend: {
      en: 'Check that this port speaks TLS at all, and that the certificate and its key belong together.',
      zh: '检查该端口是否启用了 TLS，以及证书与私钥是否匹配。',
    },
  },
});

/** D3 and D9: versions, ciphers and the protocol inside. */
export const tlsVersions: Check = {
  kinds,
  look({ tls }) {
    if (tls === undefined) return [];
    const error = told(tls.error ?? '');
    if (tls.onlyOldVersions === true) return [found(kinds['tls-too-old'], error)];
    if (tls.refusesHttp11 === true) return [found(kinds['http-1.1-refused'], error)];
    if (tls.error !== undefined) return [found(kinds['tls-failed'], error)];
    if (tls.speaksTls12 === false) return [found(kinds['tls-1.3-only'], same(tls.protocol ?? ''))];
    if (tls.speaksForwardSecrecy === false) return [found(kinds['tls-no-ecdhe'], same(tls.cipher ?? ''))];
    return [];
  },
};
