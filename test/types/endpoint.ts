// Compiled, never run: an endpoint's input type must match its schema and its path.
import * as v from "valibot";
import { expectTypeOf } from "vitest";
import { endpoint, type Endpoint, type NoArguments, type Params } from "../../src/endpoints/endpoint.ts";
import {
  input,
  listOf,
  oneOf,
  optional,
  unsupported,
  symbol,
  uuid,
  wholeNumber,
} from "../../src/endpoints/inputs/index.ts";
import { list, record, text } from "../../src/wire/index.ts";

const common = { name: "example", method: "GET", output: text, access: "public", tier: "none" } as const;
const limit = optional(wholeNumber(1));
interface Page {
  readonly limit?: number | undefined;
}

export const exact: Endpoint<Page & { id: string }, string> = endpoint({
  ...common,
  path: "/examples/{id}",
  input: input({ id: uuid, limit, ignored: unsupported("is ignored") }),
});

export const inferred = endpoint({
  ...common,
  path: "/examples/{id}",
  input: input({ id: uuid, limit, symbols: listOf(symbol, "symbols", 1) }),
});
expectTypeOf(inferred).toEqualTypeOf<
  Endpoint<{ id: string; limit?: number | undefined; symbols: readonly string[] }, string>
>();

export const stricter: Endpoint<Page, string> = endpoint({
  ...common,
  path: "/examples",
  // @ts-expect-error: the limit is required
  input: input({ limit: wholeNumber(1) }),
});

export const stricterValue: Endpoint<{ mode: "a" | "b" | "c" }, string> = endpoint({
  ...common,
  path: "/examples",
  // @ts-expect-error: "c" is not accepted
  input: input({ mode: oneOf(["a", "b"]) }),
});

export const looser: Endpoint<{ limit: number }, string> = endpoint({
  ...common,
  path: "/examples",
  // @ts-expect-error: the limit is optional
  input: input({ limit }),
});

export const looserValue: Endpoint<{ mode: "a" }, string> = endpoint({
  ...common,
  path: "/examples",
  // @ts-expect-error: "b" is accepted, too
  input: input({ mode: oneOf(["a", "b"]) }),
});

export const undeclared: Endpoint<Page, string> = endpoint({
  ...common,
  path: "/examples",
  // @ts-expect-error: the offset cannot be passed
  input: input({ limit, offset: limit }),
});

export const missing: Endpoint<Page & { offset?: number | undefined }, string> = endpoint({
  ...common,
  path: "/examples",
  // @ts-expect-error: an offset is rejected
  input: input({ limit }),
});

export const nested: Endpoint<{ page: Page; pages: readonly Page[] }, string> = endpoint({
  ...common,
  path: "/examples",
  // @ts-expect-error: the offsets cannot be passed
  input: input({ page: input({ limit, offset: limit }), pages: listOf(input({ limit, offset: limit }), "pages", 1) }),
});

export const transformed: Endpoint<Page, string> = endpoint({
  ...common,
  path: "/examples",
  // @ts-expect-error: the limit is required
  input: v.pipe(
    input({ limit: wholeNumber(1) }),
    v.transform((page): Params => page),
  ),
});

export const anything: Endpoint<unknown, string> = endpoint({
  ...common,
  path: "/examples",
  // @ts-expect-error: only a page is accepted
  input: input({ limit }),
});

export const unknownParameter: Endpoint<{ id: string }, string> = endpoint({
  ...common,
  // @ts-expect-error: there is no such argument
  path: "/examples/{nothing}",
  input: input({ id: uuid }),
});

export const secondParameter: Endpoint<{ id: string }, string> = endpoint({
  ...common,
  // @ts-expect-error: there is no such argument
  path: "/examples/{id}/parts/{part}",
  input: input({ id: uuid }),
});

export const optionalParameter: Endpoint<{ id?: string | undefined }, string> = endpoint({
  ...common,
  // @ts-expect-error: a path needs all of its parameters
  path: "/examples/{id}",
  input: input({ id: optional(uuid) }),
});

export const noParameter: Endpoint<NoArguments, string> = endpoint({
  ...common,
  // @ts-expect-error: the call takes no arguments
  path: "/examples/{id}",
  input: input({}),
});

export const listed: Endpoint<NoArguments, readonly string[], { readonly names: readonly string[] }> = endpoint({
  ...common,
  output: record<{ readonly names: readonly string[] }>({ names: list(text) }),
  list: ({ names }) => names,
  path: "/examples",
  input: input({}),
});

// @ts-expect-error: the list in the body is not named
export const unlisted: Endpoint<NoArguments, readonly string[], { readonly names: readonly string[] }> = endpoint({
  ...common,
  output: record<{ readonly names: readonly string[] }>({ names: list(text) }),
  path: "/examples",
  input: input({}),
});

// @ts-expect-error: the response is a string
export const otherOutput: Endpoint<NoArguments, number> = endpoint({ ...common, path: "/examples", input: input({}) });
