import { lookup } from "node:dns/promises";

/** Resolves a host name; an empty list if it does not exist. */
export async function addressesOf(host: string): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
