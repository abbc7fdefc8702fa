import type { Account, Agent, Scope } from "../engine/model.ts";
import { Refusal } from "../engine/refusal.ts";
import type { World } from "../engine/world.ts";
import { readObject, type RawBody } from "./body.ts";
import { FieldReader } from "./read.ts";

/** Who sent a request, by its credentials. */
export interface Caller {
  readonly account: Account;
  /** The agent whose key was used. */
  readonly agent: Agent | undefined;
  /** `X-Agent-Id` as it came; means nothing beside an agent's key. */
  readonly agentId: string | undefined;
}

/** A request on its way to its handler. */
export class Call {
  readonly world: World;
  /** Who registered or logged in: credentials in the body stand for nobody yet. */
  subject: Account | undefined;
  /** Whether the engine has seen the order of the request: what is refused before that is no decision about it. */
  decided = false;
  readonly #caller: Caller | undefined;
  readonly #body: RawBody;
  /** Parameters of the path, by their wire names. */
  readonly path: FieldReader;
  readonly query: FieldReader;

  constructor(
    world: World,
    caller: Caller | undefined,
    path: Readonly<Record<string, string>>,
    query: URLSearchParams,
    body: RawBody,
  ) {
    this.world = world;
    this.#caller = caller;
    this.#body = body;
    this.path = new FieldReader("path", path);
    // Of a parameter that comes twice the last one counts.
    this.query = new FieldReader("query", Object.fromEntries(query));
  }

  /** The body's fields. */
  body(): FieldReader {
    return readObject(this.#body);
  }

  get account(): Account {
    if (this.#caller === undefined) throw new Refusal("INVALID_API_KEY", "Authentication credentials are required.");
    return this.#caller.account;
  }

  /** The agent whose key was used. */
  get keyAgent(): Agent | undefined {
    return this.#caller?.agent;
  }

  /** Whose things the request is about. An agent id that is none, or nobody's, counts as absent. */
  get scope(): Scope {
    const { account } = this;
    const { agent, agentId } = this.#caller as Caller;
    if (agent !== undefined || agentId === undefined) return { account, agent };
    const named = this.world.agents.get(agentId.toLowerCase());
    if (named !== undefined && named.account !== account)
      throw new Refusal("PERMISSION_DENIED", "Agent does not belong to this account.");
    return { account, agent: named };
  }
}
