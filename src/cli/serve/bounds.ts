/** Limits of a served exchange per client and in total; documented in docs/security.md. */
export const BOUNDS = {
  /** Open connections, including idle ones and streams. */
  connections: 512,
  /** Open connections per address. Those of a trusted proxy count only towards the total. */
  connectionsPerAddress: 256,
  /** Pipelined requests per connection. Clients that wait for responses never reach it. */
  requestsPerConnection: 64,
  urlBytes: 8192,
  /** All headers and the URL. */
  headerBytes: 16_384,
  bodyBytes: 1_048_576,
  /** From the start of a connection or request until its headers are complete. */
  headersMs: 10_000,
  /** Until its body is complete. */
  requestMs: 30_000,
  /** Longer than clients keep idle connections, so that they close first and no request hits a closing connection. */
  keepAliveMs: 65_000,
  /** Without any data in either direction. */
  silenceMs: 120_000,
  streamsPerKey: 32,
  streamsPerAddress: 128,
  frameBytes: 1_048_576,
  /** Token bucket for the frames of a client: the refill rate, and below it the capacity. */
  framesPerSecond: 50,
  frameBurst: 200,
  /** Data sent to a stream that it has not read. */
  unsentBytes: 4_194_304,
} as const;
