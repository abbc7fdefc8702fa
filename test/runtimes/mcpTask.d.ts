import type { Client, ClientOptions } from "@modelcontextprotocol/client";

export function task(
  connect: (
    options: ClientOptions,
    answer: () => { action: "accept"; content: { decision: string } },
  ) => Promise<Client>,
  trades: () => Promise<number>,
  canAskOld?: boolean,
): Promise<readonly string[]>;
