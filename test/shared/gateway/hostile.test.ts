// Seeded hostile requests, with valid ones among them: the platform sees all of these and none of those.
import { afterEach, expect, test, vi } from "vitest";
import { gatewayDesk, SECRETS, TOKEN_SECRET } from "../../support/gateway.ts";
import { KINDS, ORDER, signedBy, type Plan } from "../../support/hostile.ts";
import { runtime } from "../../support/runtime.ts";
import { below, pick, seeded } from "../../support/seeded.ts";

const COUNT = runtime === "node" ? 20_000 : 2000;
const SEED = 12;

afterEach(() => {
  vi.restoreAllMocks();
});

test(`${COUNT} hostile requests: none is accepted`, { timeout: 180_000 }, async () => {
  const random = seeded(SEED);
  const printed: unknown[] = [];
  for (const method of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, method).mockImplementation((...parts: unknown[]) => void printed.push(...parts));
  let reached = 0;
  const probe = await gatewayDesk();
  const desk = await gatewayDesk({
    upstream: {
      ...probe.clientOptions,
      fetch: (url, init) => {
        reached++;
        return probe.exchange.fetch(url, init);
      },
    },
  });
  const clock = probe.clock;
  desk.clock.now = () => clock.now();
  const secrets = [probe.keys.apiKey, probe.keys.accountKey, SECRETS.trader, SECRETS.viewer, TOKEN_SECRET];
  const expired = await desk.token();
  await clock.advance(1_000_000);
  const names = Object.keys(KINDS);
  const counts = { hostile: 0, valid: 0 };
  let timestamp = clock.now();
  let token = await desk.token();
  const post = (path: string): Promise<Request> => signedBy({ method: "POST", target: path, timestamp: ++timestamp });
  const accepted: Request[] = [];

  const send = async (request: Request): Promise<Response> => {
    const response = await desk.gateway.fetch(request);
    const text = (await response.text()) + [...response.headers].join("\n");
    for (const secret of secrets) if (text.includes(secret)) throw new Error("The answer contains a secret.");
    return response;
  };
  const readTicket = async (): Promise<string> =>
    ((await (await desk.gateway.fetch(await post("/gateway/ticket"))).json()) as { ticket: string }).ticket;
  const ticket = await readTicket();

  while (counts.hostile < COUNT) {
    if ((counts.hostile + counts.valid) % 20 === 0) await clock.advance(40);
    timestamp = Math.max(timestamp + 1, clock.now());
    if (counts.hostile % 1000 === 0) token = await desk.token();
    const plan: Plan = pick(random, [
      { method: "GET", target: "/api/v1/account/balance", timestamp },
      { method: "GET", target: "/api/v1/trade/orders?limit=1", timestamp },
      { method: "POST", target: "/api/v1/trade/order", body: ORDER, timestamp },
    ]);
    const before = reached;
    if (accepted.length === 0 || below(random, 8) === 0) {
      const request = await signedBy(plan);
      accepted.push(request.clone());
      if (accepted.length > 20) accepted.shift();
      const { status } = await send(request);
      // With so many orders, the platform itself rejects some for its own limits.
      const isAnswered = status < 300 || (status === 400 && plan.method === "POST");
      if (!isAnswered || reached !== before + 1) throw new Error(`seed ${SEED}: a valid ${plan.target} got ${status}`);
      counts.valid++;
      continue;
    }
    const name = names[below(random, names.length)] ?? "";
    const earlier = accepted[below(random, accepted.length)]?.clone() as Request;
    const request = await KINDS[name]?.({ random, timestamp, plan, accepted: earlier, token, ticket, expired });
    if (request === undefined) throw new Error(`No attack "${name}".`);
    const { status } = await send(request);
    if (status < 400 || status >= 500 || reached !== before)
      throw new Error(
        `seed ${SEED}, request ${counts.hostile}: "${name}" got ${status}, ${request.method} ${request.url}`,
      );
    counts.hostile++;
  }
  expect(counts.hostile).toBe(COUNT);
  expect(counts.valid).toBeGreaterThan(COUNT / 10);
  expect(reached).toBe(counts.valid);
  expect(printed).toEqual([]);
  expect(desk.failures).toEqual([]);
});
