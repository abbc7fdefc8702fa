import { createTable } from "../../collections/copyValue.ts";
import type { Table } from "../../collections/table.ts";
import { Tree } from "../../collections/tree.ts";
import type { OwnIds } from "../ownIds.ts";
import type { Part } from "../parts.ts";
import type { Outbox, Webhook } from "./model.ts";

export const WEBHOOKS: Part<Table<Webhook>> = { name: "webhooks", create: createTable };

export const OUTBOX: Part<Outbox> = { name: "outbox", create: () => ({ count: 0, waiting: new Map() }) };

export const OWN_WEBHOOKS: Part<OwnIds> = { name: "ownWebhooks", create: () => new Tree() };
