import { bindErrors, clientResultErrors, closeErrors, invocationErrors } from '@minihub/protocol';
import { describe, expect, it } from 'vitest';

const boom = { typeName: 'InvalidOperationException', message: 'boom' };

// Stock clients compare these texts, so they are written out here once more, letter by letter.
describe('the texts that cross the wire', () => {
  it.each([
    [
      invocationErrors.unknownMethod('X'),
      "Failed to invoke 'X' due to an error on the server. HubException: Method does not exist.",
    ],
    [invocationErrors.bindFailure('X'), "Failed to invoke 'X' due to an error on the server."],
    [
      invocationErrors.bindFailure('X', { typeName: 'InvalidDataException', message: bindErrors.argumentCount(1, 0) }),
      "Failed to invoke 'X' due to an error on the server. InvalidDataException: Invocation provides 1 argument(s) but target expects 0.",
    ],
    [invocationErrors.methodThrew('M'), "An unexpected error occurred invoking 'M' on the server."],
    [
      invocationErrors.methodThrew('M', boom),
      "An unexpected error occurred invoking 'M' on the server. InvalidOperationException: boom",
    ],
    [invocationErrors.unauthorized('M'), "Failed to invoke 'M' because user is unauthorized"],
    [
      invocationErrors.streamingMethodInvoked('M'),
      "The client attempted to invoke the streaming 'M' method with a non-streaming invocation.",
    ],
    [
      invocationErrors.plainMethodStreamed('M'),
      "The client attempted to invoke the non-streaming 'M' method with a streaming invocation.",
    ],
    [invocationErrors.wrongStreamCount(0, 1), 'Client sent 0 stream(s), Hub method expects 1.'],
    [invocationErrors.streamBroke(), 'An error occurred on the server while streaming results.'],
    [
      invocationErrors.streamBroke(boom),
      'An error occurred on the server while streaming results. InvalidOperationException: boom',
    ],
    [invocationErrors.streamItemBindFailure, 'Failed to bind Stream message.'],
    [
      invocationErrors.nullStream('M'),
      "The value returned by the streaming method 'M' is not a ChannelReader<> or IAsyncEnumerable<>.",
    ],
    [invocationErrors.invocationIdInUse('x'), "Invocation ID 'x' is already in use."],
    [clientResultErrors.noConnection('id'), "Connection 'id' does not exist."],
    [clientResultErrors.disconnected('id'), "Connection 'id' disconnected."],
    [closeErrors.connectionClosedWithError, 'Connection closed with an error.'],
    [closeErrors.clientTimeout, "Client hasn't sent a message/ping within the configured ClientTimeoutInterval."],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected);
  });
});
