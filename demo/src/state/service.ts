// Connections to a real service: with a key, or through a gateway with a token that is valid for minutes.
import {
  AuthenticationError,
  createClient,
  getAccountInfo,
  getAllPrices,
  health as checkHealth,
  isAgentExchangeError,
  type Client,
} from "agentexchange/core";
import { ticketSocket } from "agentexchange/gateway";
import { isUnanswered, messageOf, recordFailure, recordRequests } from "./calls.ts";
import { link, replaceLink, RETRY, SERVICE_TIMEOUT, TIMEOUT, type Link } from "./connection.ts";
import { explainUnreachable, type ServiceKind } from "./explainUnreachable.ts";

/** Connects with a key, or without one for market data only. The key stays in this page's memory. */
export async function openService(baseUrl: string, apiKey: string): Promise<void> {
  const key = apiKey === "" ? undefined : apiKey;
  await connect("service", baseUrl, async (signal) => {
    const client = createClient({ baseUrl, apiKey: key, timeout: SERVICE_TIMEOUT, retry: RETRY, ...watch() });
    await tryOut(client, () => client.send(checkHealth, { signal, timeout: TIMEOUT }));
    return serviceLink(baseUrl, client, { hasAccount: key !== undefined, credential: "key" });
  });
  const current = link.peek();
  if (current?.hasAccount !== true) return;
  // A wrong key is told now, not by the first view that needs it.
  await current.client.send(getAccountInfo).catch((error: unknown) => recordFailure("account", error));
}

/** Connects through a gateway. The token stays in this page's memory; when it expires, the page says so. */
export async function openGateway(baseUrl: string, getToken: (abort: AbortSignal) => Promise<string>): Promise<string> {
  let token = "";
  let stop = (): void => {};
  await connect("gateway", baseUrl, async (signal) => {
    token = await getToken(signal);
    const client = createClient({
      baseUrl,
      token,
      timeout: SERVICE_TIMEOUT,
      retry: RETRY,
      idempotencyKeys: true,
      WebSocket: ticketSocket(() => token),
      ...watch(),
    });
    // Which operations a caller may use is the gateway's affair; that prices may not be read, or only with a token that
    // requests for market data do not carry, is an answer, too.
    await tryOut(client, () => client.send(getAllPrices, {}, { signal, timeout: TIMEOUT }).catch(ignoreDenial));
    stop = tellExpiry(client, token);
    return serviceLink(baseUrl, client, { hasAccount: true, credential: "token", onClose: () => stop() });
  });
  return token;
}

/** Asks the gateway for a token, with a password or with the cookie of a session there. */
export async function logIn(baseUrl: string, password: string, abort: AbortSignal): Promise<string> {
  const body = password === "" ? null : JSON.stringify({ password });
  const signal = AbortSignal.any([abort, AbortSignal.timeout(TIMEOUT)]);
  let response: Response;
  try {
    response = await fetch(`${baseUrl}/gateway/token`, { method: "POST", credentials: "include", body, signal });
  } catch (error) {
    throw new Error(await explainUnreachable("gateway", baseUrl, abort), { cause: error });
  }
  if (response.status === 404) throw new Error("There is no login at this address. Paste a token instead.");
  if (response.status === 401 || response.status === 403) throw new Error("The gateway refused the login.");
  const answer = (await response.json().catch(() => ({}))) as { readonly token?: unknown };
  if (!response.ok || typeof answer.token !== "string")
    throw new Error(`The gateway answered the login with status ${response.status} and no token.`);
  return answer.token;
}

// Orders go before figures that wait for one of the few connections of a browser.
const watch = (): ReturnType<typeof recordRequests> =>
  recordRequests(
    (url, init) => globalThis.fetch(url, { ...init, priority: init.method === "GET" ? "low" : "high" }),
    1,
  );

async function connect(kind: ServiceKind, baseUrl: string, make: (abort: AbortSignal) => Promise<Link>): Promise<void> {
  await replaceLink(async (abort) => {
    try {
      return await make(abort);
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      // The page could read the answer, so the cause is neither the line nor CORS.
      if (isAgentExchangeError(error) && error.status !== null)
        throw new Error(`${new URL(baseUrl).host} responds, but cannot be used: ${messageOf(error)}`, { cause: error });
      throw new Error(await explainUnreachable(kind, baseUrl, abort, messageOf(error)), { cause: error });
    }
  });
}

async function tryOut(client: Client, question: () => Promise<unknown>): Promise<void> {
  try {
    await question();
  } catch (error) {
    await client.close();
    throw error;
  }
}

function ignoreDenial(error: unknown): void {
  if (!isAgentExchangeError(error) || ![401, 403].includes(error.status ?? 0)) throw error;
}

function serviceLink(
  baseUrl: string,
  client: Client,
  { onClose, ...rest }: Pick<Link, "hasAccount" | "credential"> & { readonly onClose?: () => void },
): Link {
  return {
    kind: "service",
    name: new URL(baseUrl).host,
    address: baseUrl,
    client,
    workClient: client,
    ...rest,
    speed: 1,
    now: () => Date.now(),
    fork: () => null,
    atSpeed: () => null,
    close() {
      onClose?.();
      void client.close();
    },
  };
}

/** When a token expires, in Unix milliseconds; null if it does not say so. */
export function expiryOf(token: string): number | null {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { exp } = JSON.parse(atob(payload)) as { readonly exp?: unknown };
    return typeof exp === "number" ? exp * 1000 : null;
  } catch {
    return null;
  }
}

/** Says that a token has expired at its time, not with the next call; returns a function that stops it. */
function tellExpiry(client: Client, token: string): () => void {
  const wait = (expiryOf(token) ?? 0) - Date.now();
  // By this computer's clock it may have expired already. Whether that is so is for the gateway to say.
  if (wait <= 0 || wait > MAX_WAIT) return () => {};
  const timer = setTimeout(() => {
    if (link.peek()?.client !== client) return;
    recordFailure("token", new AuthenticationError("The token has expired.", { code: "TOKEN_EXPIRED" }));
  }, wait);
  return () => clearTimeout(timer);
}

/** Timers cannot be longer. */
const MAX_WAIT = 2 ** 31 - 1;
