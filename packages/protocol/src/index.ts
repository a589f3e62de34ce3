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
