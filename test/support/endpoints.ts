import * as api from "../../src/endpoints/index.ts";
import { calls } from "../shared/recordings/calls.ts";
import { examples } from "../fixtures/examples.ts";
import { exchanges } from "../fixtures/rest.ts";

export type AnyEndpoint = api.Endpoint<unknown, unknown>;

/** All endpoints of the contract. */
export const endpoints: readonly AnyEndpoint[] = Object.values<unknown>(api).filter(
  (value): value is AnyEndpoint => typeof value === "object" && value !== null && "path" in value,
);

/** All successful response bodies of an endpoint, recorded and hand-written, as parsed JSON. */
export function bodiesOf(endpoint: AnyEndpoint): readonly unknown[] {
  const recorded = exchanges.flatMap(({ name, response }) =>
    calls[name]?.endpoint.name === endpoint.name && response.status < 300 && response.body !== ""
      ? [JSON.parse(response.body) as unknown]
      : [],
  );
  return [...recorded, ...(examples[endpoint.name] ?? [])];
}

/** The endpoint of a request, its path without a query; of several that match, the one with the fewest parameters. */
export function endpointOf(method: string, path: string): AnyEndpoint | undefined {
  const asked = path.split("/");
  const fits = ({ base = "/api/v1", path: pattern }: AnyEndpoint): boolean => {
    const segments = `${base}${pattern}`.split("/");
    return (
      segments.length === asked.length &&
      segments.every((segment, at) => segment.startsWith("{") || segment === asked[at])
    );
  };
  return endpoints
    .filter((each) => each.method === method && fits(each))
    .toSorted((a, b) => a.path.split("{").length - b.path.split("{").length)[0];
}
