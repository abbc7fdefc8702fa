/** What is to be reached. */
export type ServiceKind = "service" | "gateway";

/** Milliseconds for which an answer is waited for. */
const PATIENCE = 5000;

/**
 * Why a page cannot reach a service. Browsers hide from scripts whether nobody answered or the answer was not for this
 * page's origin; a request whose answer nobody reads tells the two apart.
 */
export async function explainUnreachable(
  kind: ServiceKind,
  baseUrl: string,
  abort: AbortSignal,
  problem = "",
): Promise<string> {
  const { host, hostname, protocol } = new URL(baseUrl);
  const detail = problem === "" ? "" : ` (${problem})`;
  if (!navigator.onLine && !isLoopback(hostname)) return `This computer is offline, so ${host} cannot be reached.`;
  if (location.protocol === "https:" && protocol === "http:" && !isLoopback(hostname))
    return `Browsers let a page that was loaded by https ask only https addresses. Use https://${host}.`;
  if (!(await answers(baseUrl, abort)))
    return `${host} does not respond. Check the address and whether it is running.${detail}`;
  const setting =
    kind === "gateway"
      ? "to the option “origins” of the gateway"
      : "to the service's CORS origins (“corsOrigins”), or use a gateway";
  return `${host} responds, but does not let pages of ${location.origin} read its answers (CORS). Add ${location.origin} ${setting}.${detail}`;
}

async function answers(baseUrl: string, abort: AbortSignal): Promise<boolean> {
  try {
    const signal = AbortSignal.any([abort, AbortSignal.timeout(PATIENCE)]);
    await fetch(baseUrl, { mode: "no-cors", cache: "no-store", signal });
    return true;
  } catch {
    return false;
  }
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || hostname.startsWith("127.")
  );
}
