import * as endpoints from "../../endpoints/account/index.ts";
import type {
  AccountInfo,
  AccountMode,
  AccountReset,
  Balance,
  GetPnlOptions,
  Pnl,
  Portfolio,
  Position,
  ResetAccountInput,
  SetAccountModeInput,
} from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { request } from "../request.ts";

/** The operation of `client.getAccountInfo()`. */
export function getAccountInfo(client: Client, options?: CallOptions): Promise<AccountInfo> {
  return request(client, endpoints.getAccountInfo, {}, options);
}

/** The operation of `client.getBalance()`. */
export function getBalance(client: Client, options?: CallOptions): Promise<Balance> {
  return request(client, endpoints.getBalance, {}, options);
}

/** The operation of `client.getPositions()`. */
export function getPositions(client: Client, options?: CallOptions): Promise<readonly Position[]> {
  return request(client, endpoints.getPositions, {}, options);
}

/** The operation of `client.getPortfolio()`. */
export function getPortfolio(client: Client, options?: CallOptions): Promise<Portfolio> {
  return request(client, endpoints.getPortfolio, {}, options);
}

/** The operation of `client.getPnl()`. */
export function getPnl(client: Client, query: GetPnlOptions = {}, options?: CallOptions): Promise<Pnl> {
  return request(client, endpoints.getPnl, query, options);
}

/** The operation of `client.resetAccount()`. */
export function resetAccount(
  client: Client,
  input: ResetAccountInput = {},
  options?: CallOptions,
): Promise<AccountReset> {
  return request(client, endpoints.resetAccount, input, options);
}

/** The operation of `client.getAccountMode()`. */
export function getAccountMode(client: Client, options?: CallOptions): Promise<AccountMode> {
  return request(client, endpoints.getAccountMode, {}, options);
}

/** The operation of `client.setAccountMode()`. */
export function setAccountMode(
  client: Client,
  input: SetAccountModeInput,
  options?: CallOptions,
): Promise<AccountMode> {
  return request(client, endpoints.setAccountMode, input, options);
}
