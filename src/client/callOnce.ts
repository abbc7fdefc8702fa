import type { Endpoint } from "../endpoints/index.ts";
import { createTransport, type CallOptions, type ClientOptions } from "../transport/index.ts";

/** A client's options without credentials. */
export type ConnectionOptions = Omit<ClientOptions, "apiKey" | "apiSecret" | "token" | "agentId" | "signRequests">;

/** Calls an endpoint with a transport that is closed afterwards, for calls made without a client. */
export async function callOnce<Input, Output>(
  connection: ConnectionOptions,
  endpoint: Endpoint<Input, Output, unknown>,
  input: Input,
  options?: CallOptions,
): Promise<Output> {
  const transport = createTransport(connection);
  try {
    return await transport.request(endpoint, input, options);
  } finally {
    transport.close();
  }
}
