import * as endpoints from "../../endpoints/metrics/index.ts";
import type { ComputeDeflatedSharpeInput, DeflatedSharpe } from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { request } from "../request.ts";

/** The operation of `client.computeDeflatedSharpe()`. */
export function computeDeflatedSharpe(
  client: Client,
  query: ComputeDeflatedSharpeInput,
  options?: CallOptions,
): Promise<DeflatedSharpe> {
  return request(client, endpoints.computeDeflatedSharpe, query, options);
}
