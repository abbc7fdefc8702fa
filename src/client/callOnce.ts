import type { ClientOptions } from "../transport/index.ts";
import { createClient, type Client } from "./createClient.ts";

/** A client's options without credentials. */
export type ConnectionOptions = Omit<ClientOptions, "apiKey" | "apiSecret" | "token" | "agentId" | "signRequests">;

/** Makes a call with a client that is closed afterwards. */
export async function callOnce<Output>(
  connection: ConnectionOptions,
  call: (client: Client) => Promise<Output>,
): Promise<Output> {
  const client = createClient(connection);
  try {
    return await call(client);
  } finally {
    await client.close();
  }
}
