import { createTable } from "../../collections/copyValue.ts";
import type { Table } from "../../collections/table.ts";
import { Tree } from "../../collections/tree.ts";
import type { OwnIds } from "../ownIds.ts";
import type { Part } from "../parts.ts";
import type { TrainingRun } from "./model.ts";

export const TRAINING_RUNS: Part<Table<TrainingRun>> = { name: "trainingRuns", create: createTable };

export const OWN_TRAINING_RUNS: Part<OwnIds> = { name: "ownTrainingRuns", create: () => new Tree() };
