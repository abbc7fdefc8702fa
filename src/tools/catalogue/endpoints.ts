import { endpointGroups, type AnyEndpoint } from "./endpointList.ts";

/** All endpoints by name. */
export const endpointsByName: ReadonlyMap<string, AnyEndpoint> = /* @__PURE__ */ new Map(
  Object.values(endpointGroups).flatMap((group) => group.map((endpoint) => [endpoint.name, endpoint] as const)),
);
