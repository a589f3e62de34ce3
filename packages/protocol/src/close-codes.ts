/**
 * The WebSocket close code with which a client leaves a socket that it no longer trusts, to come back on another one: with
 * stateful reconnect the server keeps the connection, as if the socket had been cut. Clients that cannot cut a socket (mini
 * programs, browsers) have no other way; to servers that do not know the code it is a close like any other.
 */
export const resumeCloseCode = 4100;
