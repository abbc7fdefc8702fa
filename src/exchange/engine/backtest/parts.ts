import { createTable } from "../../collections/copyValue.ts";
import type { Table } from "../../collections/table.ts";
import { Tree } from "../../collections/tree.ts";
import type { OwnIds } from "../ownIds.ts";
import type { Part } from "../parts.ts";
import type { BacktestSession } from "./model.ts";

export const BACKTESTS: Part<Table<BacktestSession>> = { name: "backtests", create: createTable };

export const OWN_BACKTESTS: Part<OwnIds> = { name: "ownBacktests", create: () => new Tree() };
