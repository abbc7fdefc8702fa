/** What one client, and all together, can ask of a served exchange; docs/security.md lists them. */
export const BOUNDS = {
  /** Connections that are open, idle ones and streams included. */
  connections: 512,
  /** Those of one address; a trusted proxy's count as all. */
  connectionsPerAddress: 256,
  /** Requests under way on one connection; more are pipelined by nobody who waits for answers. */
  requestsPerConnection: 64,
  urlBytes: 8192,
  /** All headers and the URL. */
  headerBytes: 16_384,
  bodyBytes: 1_048_576,
  /** From a connection's or a request's beginning until its headers are complete. */
  headersMs: 10_000,
  /** Until its body is, too. */
  requestMs: 30_000,
  /** Longer than clients keep a connection, so that it is they who let go of it and no request meets a closing one. */
  keepAliveMs: 65_000,
  /** Nobody takes the answer, or sends. */
  silenceMs: 120_000,
  streamsPerKey: 32,
  streamsPerAddress: 128,
  frameBytes: 1_048_576,
  /** Frames that a stream may send, as a bucket that fills again by so many a second. */
  framesPerSecond: 50,
  frameBurst: 200,
  /** What a stream has not taken of what it was sent. */
  unsentBytes: 4_194_304,
} as const;
