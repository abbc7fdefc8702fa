import { randomUuid } from "../../base/random.ts";
import { emitEvent } from "../webhooks/outbox.ts";
import type { Account } from "../model.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../state.ts";
import type { Definition, Strategy, StrategyVersion } from "./model.ts";
import { partOf } from "../parts.ts";
import { addOwn, countOwn, newestOwn } from "../ownIds.ts";
import { OWN_STRATEGIES, STRATEGIES } from "./parts.ts";

export function createStrategy(
  state: ExchangeState,
  account: Account,
  draft: { readonly name: string; readonly description: string | null; readonly definition: Definition },
): Strategy {
  const strategy: Strategy = {
    id: randomUuid(state.ids),
    accountId: account.id,
    name: draft.name,
    description: draft.description,
    currentVersion: 0,
    status: "draft",
    deployedAt: undefined,
    createdAt: state.now,
    updatedAt: state.now,
    versions: [],
    testIds: [],
    latestTestId: undefined,
  };
  partOf(state, STRATEGIES).add(strategy);
  addOwn(partOf(state, OWN_STRATEGIES), account.id, strategy.id);
  addVersion(state, strategy, draft.definition, "Initial version");
  return strategy;
}

/** Finds a strategy of the account. Rejects unknown and foreign ones. */
export function ownStrategy(state: ExchangeState, account: Account, id: string): Strategy {
  const strategy = partOf(state, STRATEGIES).get(id);
  if (strategy === undefined) throw strategyNotFound(id, `Strategy '${id}' not found.`);
  if (strategy.accountId !== account.id)
    throw new Rejection("PERMISSION_DENIED", "Strategy does not belong to this account.");
  return strategy;
}

/** A page of an account's strategies, newest first. */
export function listStrategies(
  state: ExchangeState,
  { id: accountId }: Account,
  status: string | undefined,
  limit: number,
  offset: number,
): { readonly strategies: readonly Strategy[]; readonly total: number } {
  const ids = partOf(state, OWN_STRATEGIES);
  const table = partOf(state, STRATEGIES);
  const read = (list: readonly string[]): readonly Strategy[] => list.flatMap((id) => table.get(id) ?? []);
  if (status === undefined)
    return { strategies: read(newestOwn(ids, accountId, limit, offset)), total: countOwn(ids, accountId) };
  const found = read(newestOwn(ids, accountId)).filter((strategy) => strategy.status === status);
  return { strategies: found.slice(offset, offset + limit), total: found.length };
}

/** The platform uses this error for missing versions and tests, too. */
export function strategyNotFound(strategyId: string, message: string): Rejection {
  return new Rejection("STRATEGY_NOT_FOUND", message, { strategy_id: strategyId });
}

/** Finds a version. `where` ends the message if there is none. */
export function versionOf(strategy: Strategy, number: number, where = ""): StrategyVersion {
  const version = strategy.versions[number - 1];
  if (version === undefined) throw strategyNotFound(strategy.id, `Version ${number} not found${where}.`);
  return version;
}

export function addVersion(
  state: ExchangeState,
  strategy: Strategy,
  definition: Definition,
  changeNotes: string | null,
): StrategyVersion {
  const version: StrategyVersion = {
    id: randomUuid(state.ids),
    version: strategy.versions.length + 1,
    definition,
    changeNotes,
    status: "draft",
    createdAt: state.now,
  };
  strategy.versions.push(version);
  strategy.currentVersion = version.version;
  strategy.updatedAt = state.now;
  return version;
}

/** Archives a strategy. Only its status changes. */
export function archiveStrategy(state: ExchangeState, strategy: Strategy): void {
  if (strategy.status === "deployed") throw invalidState("A deployed strategy cannot be archived.", "deployed");
  strategy.status = "archived";
  strategy.updatedAt = state.now;
}

export function deployVersion(state: ExchangeState, strategy: Strategy, number: number): void {
  const version = versionOf(strategy, number);
  if (version.status === "deployed") {
    const message = `Version ${number} cannot be deployed from status 'deployed'.`;
    throw new Rejection("STRATEGY_INVALID_STATE", message, {
      current_status: "deployed",
      required_status: "validated",
    });
  }
  resetDeployedVersions(state, strategy);
  version.status = "deployed";
  strategy.currentVersion = number;
  strategy.status = "deployed";
  strategy.deployedAt = strategy.updatedAt = state.now;
  emitEvent(state, strategy.accountId, "strategy.deployed", {
    strategy_id: strategy.id,
    version: number,
    status: "deployed",
  });
}

export function undeployStrategy(state: ExchangeState, strategy: Strategy): void {
  if (strategy.status !== "deployed") throw invalidState("Strategy is not deployed.", strategy.status);
  resetDeployedVersions(state, strategy);
  strategy.status = "validated";
  strategy.deployedAt = undefined;
  strategy.updatedAt = state.now;
}

/** Makes versions deployable again. On the platform a version can be deployed only once. */
function resetDeployedVersions({ quirks }: ExchangeState, strategy: Strategy): void {
  if (quirks.versionsDeployOnce) return;
  for (const version of strategy.versions) if (version.status === "deployed") version.status = "validated";
}

function invalidState(message: string, status: string): Rejection {
  return new Rejection("STRATEGY_INVALID_STATE", message, { current_status: status });
}
