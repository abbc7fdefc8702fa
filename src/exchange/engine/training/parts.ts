import { createTable } from "../../collections/copyValue.ts";
import type { Table } from "../../collections/table.ts";
import type { Part } from "../parts.ts";
import type { TrainingRun } from "./model.ts";

export const TRAINING_RUNS: Part<Table<TrainingRun>> = { name: "trainingRuns", create: createTable };
