import { exchanges, type Exchange } from "../../fixtures/rest.ts";
import type { ErrorBody } from "./bodies.ts";

/** A recorded request to the platform and its response, with the body parsed. */
export interface Recorded<Body> {
  readonly request: Exchange["request"];
  readonly status: number;
  readonly json: Body & ErrorBody;
}

/** The recording with this name. */
export function recorded<Body = unknown>(name: string): Recorded<Body> {
  const found = exchanges.find((each) => each.name === name);
  if (found === undefined) throw new Error(`No recording is named ${name}.`);
  const { request, response } = found;
  return { request, status: response.status, json: JSON.parse(response.body) as Body & ErrorBody };
}
