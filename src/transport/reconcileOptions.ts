import { invalid } from "../endpoints/index.ts";
import { unknownOption } from "./checkOptions.ts";
import type { ReconcileOptions } from "./orderOutcomeUnknown.ts";

const OPTIONS: readonly (keyof ReconcileOptions)[] = ["signal", "timeout", "wait"];

/** @throws ValidationError */
export function checkReconcileOptions(options: ReconcileOptions): void {
  for (const key in options)
    if (!OPTIONS.some((known) => known === key)) throw unknownOption("reconcile", "reconcile", key, OPTIONS);
  const { timeout, wait } = options;
  if (timeout !== undefined && !(timeout > 0))
    throw invalid("reconcile", [{ field: "timeout", message: "must be a positive number of milliseconds" }]);
  if (wait !== undefined && !(wait >= 0 && wait < Infinity))
    throw invalid("reconcile", [{ field: "wait", message: "must be a number of milliseconds, 0 or more" }]);
}
