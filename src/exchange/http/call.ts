import { crash, Rejection } from "../base/rejection.ts";
import type { Account, Agent, Scope } from "../engine/model.ts";
import { accountOf, type ScopeReference } from "../engine/scope.ts";
import type { ExchangeState } from "../engine/state.ts";
import { parseFields, type RawBody } from "./body.ts";
import { Unprocessable, type Issue } from "./issues.ts";
import { parametersSchema, type ParameterName, type PathParameters } from "./parameters.ts";
import { read, type ObjectSchema, type Place } from "./schema/index.ts";
import { parseLooseUuid } from "./uuid.ts";

/** Who sent a request, according to its credentials. */
export interface Caller extends ScopeReference {
  /** The agent whose key was used. */
  readonly agentId: string | undefined;
  /** The header `X-Agent-Id` as it arrived. */
  readonly agentHeader: string | undefined;
}

/** The result of a route's `prepare()`. */
export interface Prepared {
  /** The hash to store for a new account's password. */
  readonly passwordHash?: string;
  /** The id of the account that the request's password belongs to. */
  readonly passwordOwner?: string | undefined;
  /** Instructions for language models, which most programs never ask for. */
  readonly skillText?: string;
}

/** The parts of a request, before they are validated. */
export interface RequestParts {
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: RawBody;
}

/** The schemas of the parts of a request that a route reads. */
export interface RequestSchemas<Query, Body> {
  readonly query?: ObjectSchema<Query> | undefined;
  readonly body?: ObjectSchema<Body> | undefined;
}

// Every read of a list sends stored bodies back, so their size must be bounded.
const MAX_STORED = 32 * 1024;

/**
 * A request that a route handles. The path's parameters, the query and the body can only be read through the
 * route's schemas, which reject the request if anything is wrong with that part.
 */
export class Call<Parameter extends ParameterName = never, Query = unknown, Body = unknown> {
  readonly state: ExchangeState;
  readonly prepared: Prepared | undefined;
  /** The account that a registration or login was for. Such requests have no caller. */
  authenticated: Account | undefined;
  /** Whether the engine has decided on the request's order. Earlier rejections are not decisions. */
  isDecided = false;
  readonly #caller: Caller | undefined;
  readonly #schemas: RequestSchemas<Query, Body>;
  readonly #parts: RequestParts;

  constructor(
    state: ExchangeState,
    caller: Caller | undefined,
    schemas: RequestSchemas<Query, Body>,
    parts: RequestParts,
    prepared?: Prepared,
  ) {
    this.state = state;
    this.prepared = prepared;
    this.#caller = caller;
    this.#schemas = schemas;
    this.#parts = parts;
  }

  /** A parameter of the path, such as `{order_id}`. */
  readParameter<Name extends Parameter>(name: Name): PathParameters[Name] {
    return this.readParameters(name)[name];
  }

  /** Several parameters, so that the reply names all that are wrong. */
  readParameters<Name extends Parameter>(...names: readonly Name[]): Pick<PathParameters, Name> {
    return read(parametersSchema(names), "path", this.#fields("path"), this.state);
  }

  readQuery(): Query {
    return read(this.#schemas.query as ObjectSchema<Query>, "query", this.#fields("query"), this.state);
  }

  readBody(): Body {
    return read(this.#schemas.body as ObjectSchema<Body>, "body", this.#fields("body"), this.state);
  }

  get account(): Account {
    if (this.#caller === undefined) throw new Rejection("INVALID_API_KEY", "Authentication credentials are required.");
    return accountOf(this.state, this.#caller);
  }

  /** The agent whose key was used. */
  get keyAgent(): Agent | undefined {
    return this.state.agents.get(this.#caller?.agentId ?? "");
  }

  /** The account, or the agent of it, that the request is about. */
  get scope(): Scope {
    const { account, state, keyAgent: agent, checksAgentHeader } = this;
    const agentId = this.#caller?.agentHeader;
    if (agentId === undefined || (agent !== undefined && !checksAgentHeader)) return { account, agent };
    const named = state.agents.get(parseLooseUuid(agentId) ?? "");
    if (named === undefined) {
      if (!checksAgentHeader) return { account, agent };
      throw new Rejection("AGENT_NOT_FOUND", `Agent '${agentId}' not found.`, { agent_id: agentId });
    }
    if (named.accountId !== account.id)
      throw new Rejection("PERMISSION_DENIED", "Agent does not belong to this account.");
    if (agent !== undefined && named !== agent)
      throw new Rejection(
        "PERMISSION_DENIED",
        "An agent's key acts for its own agent only: leave X-Agent-Id out, or use the account's key.",
      );
    return { account, agent: named };
  }

  /** Rejects an `X-Agent-Id` that the caller may not use, even if the route does not depend on it. */
  checkAgentHeader(): void {
    if (this.#caller !== undefined && this.checksAgentHeader) void this.scope;
  }

  /** Replayed requests were accepted when they were first made, perhaps by a version that did not check. */
  private get checksAgentHeader(): boolean {
    const { quirks, replaying } = this.state;
    return !quirks.agentHeaderUnchecked && !replaying;
  }

  /** Rejects a body that is too large to be stored. */
  checkSize(): void {
    const { length } = this.#parts.body.text;
    if (length <= MAX_STORED || this.state.replaying) return;
    const message = `The request has ${length} characters; at most ${MAX_STORED} can be stored.`;
    throw new Rejection("VALIDATION_ERROR", message, { field: "body" });
  }

  /** A rule that spans several fields of the body. */
  checkBody(holds: boolean, message: string): void {
    if (holds) return;
    const input = this.#fields("body");
    const msg = `Value error, ${message}`;
    throw new Unprocessable([{ type: "value_error", loc: ["body"], msg, input, ctx: { error: {} } }]);
  }

  /** Parses an id that the platform reads as a string first. What it cannot parse later makes it crash. */
  parseUuid(place: Place, name: string, text: string): string {
    const id = parseLooseUuid(text);
    if (id !== undefined) return id;
    if (this.state.quirks.malformedIdsCrash) throw crash();
    throw new Unprocessable([this.issue(place, name, "uuid_parsing", "Input should be a valid UUID")]);
  }

  /** An issue of a field that only shows once all fields have been read. */
  issue(place: Place, name: string, type: string, msg: string, ctx?: Readonly<Record<string, unknown>>): Issue {
    const input = this.#fields(place)[name];
    return { type, loc: [place, name], msg, input, ...(ctx === undefined ? {} : { ctx }) };
  }

  #fields(place: Place): Readonly<Record<string, unknown>> {
    const { parameters, query, body } = this.#parts;
    if (place === "path") return parameters;
    // If a parameter is repeated, its last value counts.
    return place === "query" ? Object.fromEntries(query) : parseFields(body);
  }
}
