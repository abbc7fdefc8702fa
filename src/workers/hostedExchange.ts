import { createHosted, type HostedParts } from "../exchange/exchange.ts";
import type { Exchange } from "../exchange/index.ts";
import type { Shard } from "../exchange/stored.ts";
import { createAlarmClock, turn } from "./alarmClock.ts";
import { databaseOf } from "./databaseOf.ts";
import { openOutbox } from "./exchangeOutbox.ts";
import { sharedOptions, type ExchangeObjectOptions, type ExchangeVariables } from "./exchangeOptions.ts";
import { createShards } from "./exchangeShards.ts";
import { resumeSockets, type HostedSockets } from "./hostedSockets.ts";
import { sqlStore } from "./sqlStore.ts";

/** An exchange in an object's memory, as long as that lasts. */
export interface HostedExchange {
  readonly exchange: Exchange;
  readonly sockets: HostedSockets;
  /** Does what is due. */
  ring(): Promise<void>;
  /** Resolves when everything so far is written; rejects with a `StoreError` if it cannot be. */
  written(): Promise<void>;
  /** Stops the exchange's timers; nothing more is written. */
  abandon(): void;
}

/** Entries after a snapshot beyond which opening writes another one: an object that is often evicted never completes one. */
const MAX_BEHIND = 400;
/** Four times as many snapshots as usual: they cost half a row a command, and an object wakes more often than others open. */
const ENTRIES_PER_SNAPSHOT = 250;

/** Opens the exchange of an object from its storage. */
export function openHosted(
  ctx: DurableObjectState,
  env: ExchangeVariables,
  options: ExchangeObjectOptions,
): HostedExchange {
  const { storage } = ctx;
  // Whatever a delivery of a webhook has changed is written when it ends.
  const hold = (work: Promise<unknown>): void => ctx.waitUntil(work.then(written, written).catch(() => {}));
  const clock = createAlarmClock(options.now ?? (() => Date.now()), (time) => setAlarm(storage, time), hold);
  let parts: HostedParts | undefined;
  const database = {
    ...databaseOf(storage),
    turn,
  };
  const store = sqlStore(database, (entry) => outbox?.add(entry));
  const written = async (): Promise<void> => {
    await parts?.state.journal.persisted();
  };
  const exchange = createHosted(
    { ...sharedOptions(env, options), clock, store, journal: "compact" },
    { shard: shardOf(ctx, env), entriesPerSnapshot: ENTRIES_PER_SNAPSHOT, opened: (opened) => (parts = opened) },
  );
  if (parts === undefined) throw new Error("The exchange has not been opened.");
  const { state, monitor, streamServer, snapshots } = parts;
  if (snapshots !== undefined && snapshots.behind > MAX_BEHIND) snapshots.finish();
  const outbox = env.EXCHANGE_QUEUE && openOutbox(storage, env.EXCHANGE_QUEUE, clock, state);
  const sockets = resumeSockets(ctx, streamServer);

  return {
    exchange,
    sockets,
    async ring() {
      // Orders that have filled in the meantime.
      state.now = state.clock.now();
      monitor.catchUp(state.now);
      await clock.ring();
      await written();
      sockets.save();
      await outbox?.send();
    },
    written,
    abandon: () => clock.close(),
  };
}

function setAlarm(storage: DurableObjectStorage, time: number | null): Promise<void> {
  return time === null ? storage.deleteAlarm() : storage.setAlarm(time);
}

function shardOf({ id }: DurableObjectState, { EXCHANGE_SECRET }: ExchangeVariables): Shard | undefined {
  if (EXCHANGE_SECRET === undefined || id.name === undefined) return undefined;
  const shards = createShards(EXCHANGE_SECRET);
  const shard = shards.read(id.name);
  return shard === id.name ? { id: shard, rootKey: shards.rootKey(shard) } : undefined;
}
