import { integer, string, uuid, type Field, type ObjectSchema } from "./schema/index.ts";

/** The parameters of all paths, by their names in the path. */
export interface PathParameters {
  readonly agent_id: string;
  readonly feedback_id: string;
  readonly order_id: string;
  readonly run_id: string;
  readonly session_id: string;
  readonly strategy_id: string;
  readonly symbol: string;
  readonly test_id: string;
  readonly trace_id: string;
  readonly version: number;
  readonly webhook_id: string;
}

const PARAMETERS: { readonly [Name in keyof PathParameters]: Field<PathParameters[Name]> } = {
  agent_id: uuid,
  feedback_id: uuid,
  order_id: uuid,
  run_id: uuid,
  session_id: uuid,
  strategy_id: uuid,
  symbol: string(),
  test_id: uuid,
  trace_id: string(),
  version: integer(),
  webhook_id: uuid,
};

export type ParameterName = keyof PathParameters;

/** The names of the parameters in a path: `"order_id"` for `/api/v1/trade/order/{order_id}`. */
export type ParametersOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name & ParameterName) | ParametersOf<Rest>
  : never;

export function parametersSchema<Name extends ParameterName>(
  names: readonly Name[],
): ObjectSchema<Pick<PathParameters, Name>> {
  return { slots: names.map((name) => ({ name, wireName: name, field: PARAMETERS[name] })) };
}
