import { expect, it } from "vitest";
import * as contract from "../../../src/endpoints/index.ts";
import { allRoutes } from "../../../src/exchange/http/routes/index.ts";
import { snakeCase } from "../../../src/wire/index.ts";

const endpoints = Object.values(contract).filter((each) => typeof each === "object" && "path" in each);
const served = new Set(allRoutes(undefined).map(({ method, segments }) => `${method} /${segments.join("/")}`));

it.each(endpoints)(
  "$method $path is served, for $name",
  ({ method, path, base = "/api/v1" }: contract.Endpoint<unknown, unknown>) => {
    const named = path.replace(/\{(\w+)\}/g, (_, name: string) => `{${snakeCase(name)}}`);
    expect(served).toContain(`${method} ${base}${named}`);
  },
);
