// When a body is read in one piece, which is cheaper, and when in chunks that are counted.
import { expect, test } from "vitest";
import { readBody } from "../../../src/transport/readBody.ts";

const LIMIT = 100;

/** A response as the runtime's own fetch returns it; its body can be read once, in either way. */
function received(
  headers: Readonly<Record<string, string>>,
  { url = "https://exchange.example/api/v1/market/price/BTCUSDT", type = "basic", size = 10 } = {},
) {
  const content = new Response("x".repeat(size));
  const read = { whole: false };
  const response = {
    url,
    type,
    headers: new Headers(headers),
    text() {
      read.whole = true;
      return content.text();
    },
    get body() {
      return content.body;
    },
  } as unknown as Response;
  return { read, response };
}

test.each([
  ["a length within the limit", { "content-length": "100" }, {}, true],
  ["a larger length", { "content-length": "101" }, {}, false],
  ["no length", {}, {}, false],
  ["a malformed length", { "content-length": "10, 10" }, {}, false],
  ["a compressed body", { "content-length": "10", "content-encoding": "gzip" }, {}, false],
  ["chunks beside a length", { "content-length": "10", "transfer-encoding": "chunked" }, {}, false],
  ["a custom fetch", { "content-length": "10" }, { url: "" }, false],
  ["another origin's response in a browser", { "content-length": "10" }, { type: "cors" }, false],
] as const)("%s", async (_name, headers, origin, isWhole) => {
  const { response, read } = received(headers, origin);
  expect(await readBody(response, LIMIT, () => false)).toBe("x".repeat(10));
  expect(read.whole).toBe(isWhole);
});

test("chunks are counted, whatever the headers say", async () => {
  const { response } = received({ "content-length": "10", "content-encoding": "gzip" }, { size: LIMIT + 1 });
  expect(await readBody(response, LIMIT, () => false)).toBeNull();
});
