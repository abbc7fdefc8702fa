import { exchanges, type Exchange } from "../../fixtures/rest.ts";
import type { AnswerBody } from "./trader.ts";

/** What was sent to the platform, and its answer with the JSON parsed. */
export interface Recorded {
  readonly request: Exchange["request"];
  readonly status: number;
  readonly json: AnswerBody;
}

/** A recorded exchange by its name. */
export function recorded(name: string): Recorded {
  const found = exchanges.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no recording ${name}`);
  const { request, response } = found;
  return { request, status: response.status, json: JSON.parse(response.body) as AnswerBody };
}
