import { exchanges, type Exchange } from "../../fixtures/rest.ts";
import type { AnswerBody } from "./trader.ts";

/** A request to the platform and its response with parsed JSON. */
export interface Recorded {
  readonly request: Exchange["request"];
  readonly status: number;
  readonly json: AnswerBody;
}

/** A recorded request by its name. */
export function recorded(name: string): Recorded {
  const found = exchanges.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no recording ${name}`);
  const { request, response } = found;
  return { request, status: response.status, json: JSON.parse(response.body) as AnswerBody };
}
