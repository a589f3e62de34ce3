export { resumeCloseCode } from './close-codes.ts';
export {
  closeErrors,
  messageTooLargeText,
} from './close-errors.ts';
export type { DecoderLimits, HubCodec, HubDecoder, TransferFormat, Utf8 } from './codec.ts';
export type { CarriesContract, HubContract } from './contract.ts';
export { defaultDecoderLimits, hubProtocolVersions } from './defaults.ts';
export {
  MinihubError,
  type ProtocolError,
  type ProtocolErrorCode,
  protocolError,
  protocolErrorCodes,
} from './errors.ts';
export {
  createHandshakeRequestDecoder,
  createHandshakeResponseDecoder,
  encodeHandshakeRequest,
  encodeHandshakeResponse,
  type HandshakeDecoder,
  type HandshakeDecoderOptions,
  type HandshakeRequest,
  type HandshakeResponse,
  handshakeRefusals,
  parseHandshakeRequest,
  parseHandshakeResponse,
} from './handshake.ts';
export {
  bindErrors,
  clientErrors,
  clientResultErrors,
  type ErrorDetail,
  invocationErrors,
  withDetail,
} from './invocation-errors.ts';
export { type CodecOptions, createJsonCodec } from './json-codec.ts';
export { createMessagePackCodec } from './messagepack-codec.ts';
export {
  type AckMessage,
  type CancelInvocationMessage,
  type CloseMessage,
  type CompletionMessage,
  type HubMessage,
  type InvocationMessage,
  type MessageHeaders,
  MessageType,
  type PingMessage,
  type SequenceMessage,
  type StreamInvocationMessage,
  type StreamItemMessage,
} from './messages.ts';
export {
  type AvailableTransport,
  encodeNegotiateResponse,
  maxNegotiateRedirects,
  type NegotiateFailure,
  type NegotiateRedirect,
  type NegotiateResponse,
  type NegotiateSuccess,
  negotiateErrors,
  parseNegotiateResponse,
  type TransportName,
} from './negotiate.ts';
export {
  decideNegotiate,
  findQueryValue,
  type NegotiateDecision,
  type NegotiateQuery,
  type NegotiateRules,
} from './negotiate-request.ts';
export { recordSeparator } from './record-splitter.ts';
export { createResumeInbox, type ResumeInbox, sequenceTooHighText } from './resume-inbox.ts';
export {
  createResumeOutbox,
  defaultResumeBufferBytes,
  isTrackable,
  type ResumeOutbox,
  type ResumeOutboxOptions,
  type ResumeStart,
} from './resume-outbox.ts';
export { invalidUtf8, plainUtf8, utf8Length } from './utf8.ts';
