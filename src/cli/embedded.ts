import { existsSync } from "node:fs";
import { createExchange, type Connection, type RegisteredAccount } from "../exchange/index.ts";
import { nodeFetch } from "../node/nodeFetch.ts";
import { addressesOf } from "./serve/addresses.ts";
import { openFileStore } from "./serve/fileStore.ts";
import { randomSeed } from "./serve/randomSeed.ts";
import { report } from "./serve/report.ts";

/** An exchange in this process. */
export interface Embedded {
  readonly connection: Connection;
  register(): Promise<RegisteredAccount>;
  close(): void;
}

/** Opens the exchange of a file, which nobody else may use meanwhile, or one in memory. */
export async function openEmbedded(data: string | undefined): Promise<Embedded> {
  if (data === undefined) {
    const exchange = createExchange({ onError: report });
    return { connection: exchange.connection, register: () => exchange.register(), close: () => exchange.close() };
  }
  const seed = existsSync(data) ? undefined : randomSeed();
  const store = await openFileStore(data);
  const exchange = createExchange({
    store,
    seed,
    onError: report,
    webhookFetch: nodeFetch,
    webhookLookup: addressesOf,
  });
  // As with `serve`: an exchange that was run ahead of the system clock must not repeat any time after a crash.
  store.startSaving(() => exchange.connection.clock.now(), 1);
  return {
    connection: exchange.connection,
    register: () => exchange.register(),
    close() {
      store.stopSaving();
      exchange.close();
    },
  };
}
