import type { Account, Agent, Scope } from "../engine/model.ts";
import { Rejection } from "../base/rejection.ts";
import type { ExchangeState } from "../engine/state.ts";
import { readObject, type RawBody } from "./body.ts";
import { FieldReader } from "./read.ts";
import { parseLooseUuid } from "./uuid.ts";

/** Who sent a request, by its credentials. */
export interface Caller {
  readonly account: Account;
  /** The agent whose key was used. */
  readonly agent: Agent | undefined;
  /** `X-Agent-Id` as it came; undefined when there is none. */
  readonly agentId: string | undefined;
}

const MOST_KEPT = 32 * 1024;

/** What was found out about the password of a request before it is carried out. */
export interface Prepared {
  /** What a new account's password is kept as. */
  readonly passwordHash?: string;
  /** Whose password the request has. */
  readonly knownBy?: Account | undefined;
}

/** A request on its way to its handler. */
export class Call {
  readonly state: ExchangeState;
  /** Who registered or logged in: credentials in the body stand for nobody yet. */
  subject: Account | undefined;
  /** Whether the engine has seen the order of the request: what is refused before that is no decision about it. */
  decided = false;
  prepared: Prepared | undefined;
  readonly #caller: Caller | undefined;
  readonly #body: RawBody;
  /** Parameters of the path, by their wire names. */
  readonly path: FieldReader;
  readonly query: FieldReader;

  constructor(
    state: ExchangeState,
    caller: Caller | undefined,
    path: Readonly<Record<string, string>>,
    query: URLSearchParams,
    body: RawBody,
  ) {
    this.state = state;
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

  /** Refuses a body that is too large to be kept: lists would send it back as often as anybody asks. */
  checkSize(): void {
    const { length } = this.#body.text;
    // What the journal has was let in.
    if (length <= MOST_KEPT || this.state.replaying) return;
    const message = `The request has ${length} characters, but what is kept may have ${MOST_KEPT} at most.`;
    throw new Rejection("VALIDATION_ERROR", message, { field: "body" });
  }

  get account(): Account {
    if (this.#caller === undefined) throw new Rejection("INVALID_API_KEY", "Authentication credentials are required.");
    return this.#caller.account;
  }

  /** The agent whose key was used. */
  get keyAgent(): Agent | undefined {
    return this.#caller?.agent;
  }

  /** Whose things the request is about. */
  get scope(): Scope {
    const { account, state } = this;
    const { agent, agentId } = this.#caller as Caller;
    // What the journal has was let in.
    const isChecked = !state.quirks.agentHeaderUnchecked && !state.replaying;
    if (agentId === undefined || (agent !== undefined && !isChecked)) return { account, agent };
    const named = state.agents.get(parseLooseUuid(agentId) ?? "");
    if (named === undefined) {
      if (!isChecked) return { account, agent };
      throw new Rejection("AGENT_NOT_FOUND", `Agent '${agentId}' not found.`, { agent_id: agentId });
    }
    if (named.account !== account) throw new Rejection("PERMISSION_DENIED", "Agent does not belong to this account.");
    if (agent !== undefined && named !== agent)
      throw new Rejection(
        "PERMISSION_DENIED",
        "An agent's key acts for its own agent only: leave X-Agent-Id out, or use the account's key.",
      );
    return { account, agent: named };
  }

  /** Refuses an `X-Agent-Id` that the caller may not use, whether or not the answer hangs on it. */
  checkAgent(): void {
    const { state } = this;
    if (this.#caller !== undefined && !state.quirks.agentHeaderUnchecked && !state.replaying) void this.scope;
  }
}
