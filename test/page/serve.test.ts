// How the page is served: compressed, cached, and under a strict policy.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { createServer } from "vite";
import { afterAll, expect, test } from "vitest";
import { POLICY } from "../../scripts/page/policy.ts";
import { servePage } from "../../scripts/page/serve.ts";

const script = `console.log(${JSON.stringify("price ".repeat(500))});`;
const folder = mkdtempSync(join(tmpdir(), "serve-"));
mkdirSync(join(folder, "assets"));
writeFileSync(join(folder, "index.html"), "<!doctype html><title>A page</title>");
writeFileSync(join(folder, "assets/index-a1B2_c-4.js"), script);
const served = await servePage(folder);
afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

interface Reply {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A request as it is on the wire: `fetch` would decompress the body. */
function get(path: string, headers: Readonly<Record<string, string>> = {}, method = "GET"): Promise<Reply> {
  return new Promise((resolve, reject) => {
    request(new URL(path, served.url), { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    })
      .on("error", reject)
      .end();
  });
}

const SCRIPT = "assets/index-a1B2_c-4.js";

test.each([
  ["gzip, deflate, br, zstd", "br"],
  ["gzip;q=1.0, br;q=0", "gzip"],
  ["br;q=0.5", "br"],
  ["*", "br"],
  ["deflate", undefined],
  ["", undefined],
])("a client that accepts %j gets %s", async (accepted, encoding) => {
  const { headers, body } = await get(SCRIPT, { "accept-encoding": accepted });
  expect(headers["content-encoding"]).toBe(encoding);
  expect(headers["vary"]).toBe("accept-encoding");
  const text = encoding === "br" ? brotliDecompressSync(body) : encoding === "gzip" ? gunzipSync(body) : body;
  expect(text.toString()).toBe(script);
  expect(body.length).toBeLessThanOrEqual(encoding === undefined ? script.length : script.length / 5);
});

test("what is known is not sent again, in each encoding", async () => {
  const { headers: first } = await get(SCRIPT, { "accept-encoding": "br" });
  const etag = String(first["etag"]);
  const again = await get(SCRIPT, { "accept-encoding": "br", "if-none-match": `"other", W/${etag}` });
  expect(again).toMatchObject({ status: 304, headers: { etag, vary: "accept-encoding" } });
  expect(again.body.length).toBe(0);
  expect((await get(SCRIPT, { "accept-encoding": "gzip", "if-none-match": etag })).status).toBe(200);
});

test("names with a hash are cached for good, the page itself is asked for each time", async () => {
  expect((await get(SCRIPT)).headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  expect((await get("")).headers["cache-control"]).toBe("no-cache");
});

test("HEAD has no body, other methods and paths are refused, all under the policy", async () => {
  const head = await get("", {}, "HEAD");
  expect(head).toMatchObject({ status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
  expect(head.body.length).toBe(0);
  expect((await get("", {}, "POST")).status).toBe(405);
  expect((await get("../package.json")).status).toBe(404);
  for (const path of ["", SCRIPT, "missing"])
    expect((await get(path)).headers).toMatchObject({
      "content-security-policy": POLICY,
      "x-content-type-options": "nosniff",
    });
});

test("npm run demo serves the page under the same policy", async () => {
  const server = await createServer({
    configFile: join(import.meta.dirname, "../../vite.config.ts"),
    logLevel: "silent",
    server: { host: "127.0.0.1", port: 0, hmr: false, ws: false },
    optimizeDeps: { noDiscovery: true },
  });
  await server.listen();
  const [url = ""] = server.resolvedUrls?.local ?? [];
  expect((await fetch(url)).headers.get("content-security-policy")).toBe(POLICY);
  await server.close();
});
