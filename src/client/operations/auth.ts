import * as endpoints from "../../endpoints/auth/index.ts";
import type { Login, RegisterInput, Registration } from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { request } from "../request.ts";

/** The operation of `AgentExchangeClient.register()`. */
export function register(client: Client, account: RegisterInput, options?: CallOptions): Promise<Registration> {
  return request(client, endpoints.register, account, options);
}

/** The operation of `AgentExchangeClient.login()`. */
export function login(
  client: Client,
  { apiKey, apiSecret }: { readonly apiKey: string; readonly apiSecret: string },
  options?: CallOptions,
): Promise<Login> {
  return request(client, endpoints.login, { apiKey, apiSecret }, options);
}
