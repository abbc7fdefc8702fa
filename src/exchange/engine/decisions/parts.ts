import { Tree } from "../../collections/tree.ts";
import type { Own, OwnIds } from "../ownIds.ts";
import type { Part } from "../parts.ts";
import type { StoredRecord } from "./model.ts";

/** By agent, so that neighbours are read together. */
export const SERVICE_RECORDS: Part<Own<StoredRecord>> = { name: "serviceRecords", create: () => new Tree() };

/** Keys of records by their ids. */
export const RECORD_KEYS: Part<Tree<string, string>> = { name: "serviceRecordKeys", create: () => new Tree() };

/** Keys of decisions by agent. */
export const OWN_DECISIONS: Part<OwnIds> = { name: "ownDecisions", create: () => new Tree() };

/** Keys of records by agent and trace. */
export const TRACED_RECORDS: Part<OwnIds> = { name: "tracedRecords", create: () => new Tree() };
