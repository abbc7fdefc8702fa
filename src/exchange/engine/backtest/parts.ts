import { createTable } from "../../collections/copyValue.ts";
import type { Table } from "../../collections/table.ts";
import type { Part } from "../parts.ts";
import type { BacktestSession } from "./model.ts";

export const BACKTESTS: Part<Table<BacktestSession>> = { name: "backtests", create: createTable };
