import type { Account } from "../model.ts";
import type { TestRun } from "./testRun.ts";

export type StrategyStatus = "draft" | "testing" | "validated" | "deployed" | "archived";

/** A definition as it was sent; what it means is read by {@link rulesOf}. */
export type Definition = Readonly<Record<string, unknown>>;

/** Rules for trading, in versions. */
export interface Strategy {
  readonly id: string;
  readonly account: Account;
  name: string;
  description: string | null;
  /** The version created last, or deployed last. */
  currentVersion: number;
  status: StrategyStatus;
  deployedAt: number | undefined;
  readonly createdAt: number;
  updatedAt: number;
  /** By number, from 1 on. */
  readonly versions: StrategyVersion[];
  /** Oldest first. */
  readonly tests: TestRun[];
}

/** It never changes, but for its status. */
export interface StrategyVersion {
  readonly id: string;
  readonly version: number;
  readonly definition: Definition;
  readonly changeNotes: string | null;
  status: "draft" | "validated" | "deployed";
  readonly createdAt: number;
}
