import { DurableObject } from "cloudflare:workers";
import {
  checkLeaseRequest,
  Ledger,
  type Budget,
  type LeaseReply,
  type LeaseRequest,
  type LedgerState,
} from "../limits/index.ts";

/**
 * A Durable Object that shares the requests of one account of the platform among all Workers and objects: one object per
 * account. It has no timers and no alarm, so that it sleeps between requests: clients that must wait are told for how long.
 *
 * @example
 * ```ts
 * const rateLimit = sharedLimiter(() => env.LIMITER.getByName("my-account"));
 * const client = new AgentExchangeClient({ apiKey: env.API_KEY, baseUrl: env.BASE_URL, rateLimit });
 * ```
 */
export class LimiterObject<Env = unknown> extends DurableObject<Env> implements Budget {
  readonly #ledger: Ledger;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { sql } = ctx.storage;
    const [table] = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'limiter'").toArray();
    const [saved] = table === undefined ? [] : sql.exec<{ state: string }>("SELECT state FROM limiter").toArray();
    let isCreated = table !== undefined;
    this.#ledger = new Ledger({
      now: () => Date.now(),
      state: saved === undefined ? undefined : (JSON.parse(saved.state) as LedgerState),
      // The reply is held until this is written, so no slot is used that would be forgotten.
      save(state) {
        if (!isCreated) sql.exec("CREATE TABLE limiter (id INTEGER PRIMARY KEY CHECK (id = 0), state TEXT NOT NULL)");
        isCreated = true;
        sql.exec("INSERT OR REPLACE INTO limiter VALUES (0, ?)", JSON.stringify(state));
      },
    });
  }

  /**
   * Grants slots, or says when to ask again. Called by `sharedLimiter(budget)`.
   *
   * @throws ValidationError if a field of the request is missing or invalid
   */
  async lease(request: LeaseRequest): Promise<LeaseReply> {
    return this.#ledger.lease(checkLeaseRequest(request));
  }
}
