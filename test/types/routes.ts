// Compiled, never run: a route of the embedded exchange reads only what it has declared.
import { expectTypeOf } from "vitest";
import { replyRoute } from "../../src/exchange/http/route.ts";
import { emptyReply } from "../../src/exchange/http/reply.ts";
import { integer, object, optional, string } from "../../src/exchange/http/schema/index.ts";

const query = object({ limit: integer(), status: optional(string()) });

replyRoute("GET /api/v1/strategies/{strategy_id}/versions/{version}", { query }, (call) => {
  expectTypeOf(call.readQuery()).toEqualTypeOf<{ limit: number; status: string | undefined }>();
  expectTypeOf(call.readParameter("strategy_id")).toEqualTypeOf<string>();
  expectTypeOf(call.readParameter("version")).toEqualTypeOf<number>();
  // @ts-expect-error -- not in the path
  call.readParameter("order_id");
  // @ts-expect-error -- not in the query
  void call.readQuery().offset;
  // A body that was not declared has no fields.
  expectTypeOf(call.readBody()).toEqualTypeOf<unknown>();
  return emptyReply();
});

// @ts-expect-error -- not a method of HTTP
replyRoute("FETCH /api/v1/strategies", {}, () => emptyReply());
