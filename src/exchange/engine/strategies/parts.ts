import { createTable } from "../../collections/copyValue.ts";
import type { Table } from "../../collections/table.ts";
import { Tree } from "../../collections/tree.ts";
import type { OwnIds } from "../ownIds.ts";
import type { Part } from "../parts.ts";
import type { Strategy, TestRun } from "./model.ts";

export const STRATEGIES: Part<Table<Strategy>> = { name: "strategies", create: createTable };

export const TESTS: Part<Table<TestRun>> = { name: "tests", create: createTable };

/** Ids of the tests that are still running, oldest first. */
export const ACTIVE_TESTS: Part<Set<string>> = { name: "activeTests", create: () => new Set() };

export const OWN_STRATEGIES: Part<OwnIds> = { name: "ownStrategies", create: () => new Tree() };
