import type { Codec } from "../wire/index.ts";

/** Decodes the updates of one channel, asks REST for missed ones, and decides which are new. */
export interface ChannelSource<Update> {
  readonly message: Codec<Update>;
  /** Fetches everything since the last update over REST and delivers it. Resolves to whether there was anything. */
  catchUp(deliver: (update: Update) => void, signal: AbortSignal): Promise<boolean>;
  /** The updates to deliver for a message; undefined if earlier updates must be fetched over REST first. */
  accept(update: Update): readonly Update[] | undefined;
  /** The current state, which a new listener receives first. */
  current(): Iterable<Update>;
}
