import { instant, integer, nullable, record, text, type Codec } from "../../wire/index.ts";

/** Open: the platform may add statuses. */
export type StrategyStatus = "draft" | "testing" | "validated" | "deployed" | "archived" | (string & {});

/** A strategy without its rules. */
export interface Strategy {
  readonly strategyId: string;
  readonly name: string;
  /** Null if none was given. */
  readonly description: string | null;
  /** The version that was created or deployed last. */
  readonly currentVersion: number;
  readonly status: StrategyStatus;
  /** Null unless deployed. */
  readonly deployedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const strategyFields: { readonly [Name in keyof Strategy]: Codec<Strategy[Name]> } = {
  strategyId: text,
  name: text,
  description: nullable(text),
  currentVersion: integer,
  status: text,
  deployedAt: nullable(instant),
  createdAt: instant,
  updatedAt: instant,
};

export const strategyRecord: Codec<Strategy> = record<Strategy>(strategyFields);
