// Every TSDoc example of src/ compiles and runs.
import * as api from "agentexchange";
import * as exchangeApi from "agentexchange/exchange";
import { expect, test, vi } from "vitest";
import * as endpoints from "../../src/endpoints/index.ts";
import { noContent } from "../../src/wire/index.ts";
import { examples as answers } from "../fixtures/examples.ts";
import { exchanges } from "../fixtures/rest.ts";
import { run, tool } from "../support/run-process.ts";
import { methodsOf } from "../support/methods.ts";
import { project, writeExamples, type Context } from "../support/tsdoc.ts";

// Examples of agentexchange/core import what they use, since its names are also those of methods.
const written = writeExamples({
  agentexchange: Object.keys(api),
  "agentexchange/exchange": Object.keys(exchangeApi),
});

/** The recorded response to such a request, or a plausible one. */
function findRecorded(method: string, path: string): Response | undefined {
  const recording = exchanges.find(
    ({ request, response }) =>
      request.method === method && request.path.split("?")[0] === path && response.status < 300,
  );
  if (recording) {
    const { status, headers, body } = recording.response;
    return new Response(status === 204 ? null : body, { status, headers });
  }
  const matches = (target: { readonly method: string; readonly path: string }): boolean =>
    target.method === method && new RegExp(`^/api/v1${target.path.replace(/\{\w+\}/g, "[^/]+")}$`).test(path);
  const endpoint = Object.values(endpoints).find((one) => typeof one === "object" && "path" in one && matches(one));
  if (endpoint === undefined || !("path" in endpoint)) return undefined;
  if (endpoint.output === noContent) return new Response(null, { status: 204 });
  const [answer] = answers[endpoint.name] ?? [];
  if (endpoint.textBody === true)
    return new Response(answer as string, { headers: { "content-type": "text/markdown" } });
  return answer === undefined ? undefined : Response.json(answer);
}

/** An exchange with an account; requests it cannot answer are answered from the recordings. */
async function createContext(): Promise<{ context: Context; requests: string[] }> {
  const clock = exchangeApi.virtualClock("2026-11-23T12:00:00Z");
  const market = exchangeApi.manualMarket({ BTCUSDT: { price: "61250.40", volume: "18000" } });
  const exchange = exchangeApi.createExchange({ market, clock });
  const state = exchangeApi.createExchange();
  const requests: string[] = [];
  const connection = {
    ...state.connection,
    fetch: async (input: Request | string | URL, init?: RequestInit): Promise<Response> => {
      const { method, url } = new Request(input, init);
      requests.push(`${method} ${new URL(url).pathname}`);
      const response = await state.fetch(input, init);
      const useRecording = response.status === 501 || response.status === 404;
      return useRecording ? (findRecorded(method, new URL(url).pathname) ?? response) : response;
    },
  };
  const { apiKey } = await state.register();
  const client = new api.AgentExchangeClient({ ...connection, apiKey });
  const error: unknown = await client.getPrice("NOSUCH").catch((reason: unknown) => reason);
  requests.length = 0;
  return { context: { client, connection, exchange, error }, requests };
}

test("examples exist and compile", { timeout: 60_000 }, async () => {
  expect(written.length).toBeGreaterThan(70);
  expect(await run(tool("tsc"), ["-p", project])).toEqual({ code: 0, output: "" });
});

test("every client method has an example", () => {
  const shown = written.map(({ code }) => code).join("\n");
  expect(methodsOf(api.AgentExchangeClient).filter((name) => !shown.includes(`.${name}(`))).toEqual([]);
});

test.for(written.map(({ place, code, module }) => [place, code, module] as const))("%s", async ([, code, module]) => {
  const printed: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...parts: unknown[]) => void printed.push(parts.join(" ")));
  try {
    const { context: scope, requests } = await createContext();
    const { default: example } = (await import(module)) as { default: (scope: Context) => Promise<void> };
    await example(scope);
    const sendsRequests = /await client\.(?!close)/.test(code) && !code.includes("const client");
    expect(requests.length > 0 || !sendsRequests).toBe(true);
    // `console.log(…); // expected output`
    for (const [, expected] of code.matchAll(/console\.log\(.*\); \/\/ (.+)$/gm)) expect(printed).toContain(expected);
  } finally {
    log.mockRestore();
  }
});
