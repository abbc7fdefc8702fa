import type { Codec } from "../wire/index.ts";

/** Decodes the updates of one channel, asks REST for missed ones, and decides which are new. */
export interface ChannelSource<Update> {
  readonly message: Codec<Update>;
  /** Delivers by REST everything since the last update. Resolves to whether there was anything. */
  catchUp(deliver: (update: Update) => void, signal: AbortSignal): Promise<boolean>;
  /** The updates to deliver for a message; undefined if REST has to be asked first for what came before it. */
  accept(update: Update): readonly Update[] | undefined;
  /** What a new listener needs to know first. */
  current(): Iterable<Update>;
}
