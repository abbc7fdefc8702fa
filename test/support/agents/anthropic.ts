import Anthropic from "@anthropic-ai/sdk";
import { toAnthropic } from "../../../src/tools/index.ts";
import { serve } from "../server.ts";
import { findAll, isRecord, ScriptedModel, textOf, type Framework, type Run, type Transcript } from "./script.ts";

function* resultsIn(messages: unknown): Generator<readonly [string, string]> {
  for (const { tool_use_id, content } of findAll(messages, "type", "tool_result"))
    yield [String(tool_use_id), textOf(content)];
}

/** A server that speaks the Messages API, for the official client. */
async function withServer(run: Run, loop: (client: Anthropic) => Promise<void>): Promise<Transcript> {
  const model = new ScriptedModel(run.script);
  const server = await serve(async (request) => {
    const body: unknown = await request.json();
    const turn = await model.respond(body, isRecord(body) ? resultsIn(body["messages"]) : []);
    const content =
      turn.length === 0
        ? [{ type: "text", text: "Done." }]
        : turn.map(({ id, name, input }) => ({ type: "tool_use", id, name, input }));
    return Response.json({
      id: "1",
      type: "message",
      role: "assistant",
      model: "scripted",
      content,
      stop_reason: turn.length === 0 ? "end_turn" : "tool_use",
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    });
  });
  try {
    await loop(new Anthropic({ apiKey: "none", baseURL: server.url, maxRetries: 0 }));
    return model;
  } finally {
    await server.close();
  }
}

export const anthropic: Framework = {
  name: "Anthropic",
  asks: "toolbox",
  run: (options) =>
    withServer(options, async (client) => {
      const { tools, run } = toAnthropic(options.toolbox, { thread: options.thread });
      const messages: Anthropic.MessageParam[] = [{ role: "user", content: "Trade." }];
      for (;;) {
        const { content } = await client.messages.create({ model: "scripted", max_tokens: 1000, messages, tools });
        const calls = content.filter((block) => block.type === "tool_use");
        if (calls.length === 0) return;
        const results = await Promise.all(calls.map((call) => run(call, { signal: options.signal })));
        messages.push({ role: "assistant", content }, { role: "user", content: results });
      }
    }),
};

export const anthropicRunner: Framework = {
  name: "Anthropic tool runner",
  asks: "toolbox",
  run: ({ signal, ...options }) =>
    withServer(options, async (client) => {
      const { tools } = toAnthropic(options.toolbox, { thread: options.thread });
      await client.beta.messages.toolRunner(
        { model: "scripted", max_tokens: 1000, messages: [{ role: "user", content: "Trade." }], tools },
        signal && { signal },
      );
    }),
};
