// The strategies and backtests that the exchange keeps.
import { effect, signal } from "@preact/signals";
import { isAgentExchangeError, type Backtest, type Strategy } from "agentexchange";
import {
  archiveStrategy,
  createStrategy,
  createVersion,
  getBacktests,
  getDataRange,
  getStrategies,
  getStrategy,
  updateStrategy,
} from "agentexchange/core";
import { pairs } from "../board.ts";
import { isDenial, messageOf, recordFailure } from "../calls.ts";
import { connectionCount, link } from "../connection.ts";
import { poll } from "../poll.ts";
import { textOf } from "./definition.ts";
import * as draft from "./draft.ts";
import { forgetResults } from "./results.ts";

const PERIOD = 30_000;

/** Newest first, without archived ones; null until loaded. */
export const strategies = signal<readonly Strategy[] | null>(null);
/** Newest first; null until loaded. */
export const backtests = signal<readonly Backtest[] | null>(null);
/** The period that there are candles for. */
export const range = signal<{ readonly earliest: Date; readonly latest: Date } | null>(null);
/** A sentence that says why there is no lab here; null if there is one, or if that is not known yet. */
export const missing = signal<string | null>(null);
/** The result of the last action, for display. */
export const said = signal<{ readonly text: string; readonly isGood: boolean } | null>(null);
/** Whether a strategy is being saved. */
export const isSaving = signal(false);

const changes = signal(0);
/** The connection that the lists are of. */
let known = -1;

export function refreshLibrary(): void {
  changes.value += 1;
}

/** Keeps the lists up to date; returns a function that stops it. */
export function followLibrary(): () => void {
  const stopPairs = effect(() => {
    draft.listed.value = pairs.value.map(({ symbol }) => symbol);
  });
  const stopPoll = poll({
    name: "strategies and backtests",
    period: PERIOD,
    needsAccount: true,
    depends: () => changes.value,
    async task(client, abort) {
      const options = { signal: abort };
      if (known !== connectionCount.peek()) forget();
      known = connectionCount.peek();
      try {
        const [stored, made, candles] = await Promise.all([
          client.send(getStrategies, { limit: 100 }, options),
          client.send(getBacktests, { limit: 100 }, options),
          client.send(getDataRange, options),
        ]);
        missing.value = null;
        strategies.value = stored.filter(({ status }) => status !== "archived");
        backtests.value = made;
        const { earliest, latest } = candles;
        range.value = earliest === null || latest === null ? null : { earliest, latest };
      } catch (error) {
        if (!isMissing(error)) throw error;
        missing.value = describeAbsence(error);
      }
    },
  });
  return () => {
    stopPoll();
    stopPairs();
  };
}

/** Another connection has another account. */
function forget(): void {
  strategies.value = null;
  backtests.value = null;
  range.value = null;
  missing.value = null;
  said.value = null;
  draft.stored.value = null;
  forgetResults();
}

/** Whether the service does not have what was asked for, or may not give it. */
function isMissing(error: unknown): boolean {
  return isDenial(error) || (isAgentExchangeError(error) && [404, 405, 501].includes(error.status ?? 0));
}

function describeAbsence(error: unknown): string {
  const { name = "This service", credential = "key" } = link.peek() ?? {};
  return isDenial(error)
    ? `This ${credential} may not use the backtests and strategies of ${name}: ${messageOf(error)}`
    : `${name} has no backtests or strategies (${messageOf(error)}).`;
}

/** Saves the draft: as a new version of the strategy that it was opened from, otherwise as a new strategy. */
export async function save(asNew: boolean): Promise<void> {
  const definition = draft.ready.peek();
  const client = link.peek()?.workClient;
  if (client === undefined || definition === null || isSaving.peek()) return;
  const title = draft.name.peek().trim();
  const text = draft.text.peek();
  const from = asNew ? null : draft.stored.peek();
  await act("save strategy", async () => {
    if (from === null) {
      const { strategyId, currentVersion } = await client.send(createStrategy, { name: title, definition });
      draft.stored.value = { strategyId, version: currentVersion, name: title, text };
      return `Saved “${title}”.`;
    }
    const { strategyId } = from;
    if (from.name !== title) await client.send(updateStrategy, strategyId, { name: title });
    const version =
      from.text === text ? from.version : (await client.send(createVersion, strategyId, { definition })).version;
    draft.stored.value = { strategyId, version, name: title, text };
    return from.text === text ? `Renamed to “${title}”.` : `Saved “${title}” as version ${version}.`;
  });
}

/** Opens a stored strategy in the editor. */
export async function open({ strategyId }: Strategy): Promise<void> {
  const client = link.peek()?.workClient;
  if (client === undefined) return;
  await act("open strategy", async () => {
    const { name, currentVersion, currentDefinition } = await client.send(getStrategy, strategyId);
    const text = textOf(currentDefinition ?? {});
    draft.edit(name, text, { strategyId, version: currentVersion, name, text });
    return `Opened “${name}”, version ${currentVersion}.`;
  });
}

/** Deletes a strategy: the exchange keeps it as archived, and the page no longer lists it. */
export async function remove({ strategyId, name }: Strategy): Promise<void> {
  const client = link.peek()?.workClient;
  if (client === undefined) return;
  await act("delete strategy", async () => {
    await client.send(archiveStrategy, strategyId);
    if (draft.stored.peek()?.strategyId === strategyId) draft.stored.value = null;
    strategies.value = strategies.peek()?.filter((one) => one.strategyId !== strategyId) ?? null;
    return `Deleted “${name}”.`;
  });
}

async function act(what: string, work: () => Promise<string>): Promise<void> {
  isSaving.value = true;
  try {
    said.value = { text: await work(), isGood: true };
    refreshLibrary();
  } catch (error) {
    recordFailure(what, error);
    said.value = { text: `Failed: ${messageOf(error)}`, isGood: false };
  } finally {
    isSaving.value = false;
  }
}
