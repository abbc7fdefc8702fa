import { lookup } from "node:dns/promises";

/** The addresses that a host name stands for, none when there is no such name. */
export async function addressesOf(host: string): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
