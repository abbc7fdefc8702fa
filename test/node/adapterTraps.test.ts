// What goes wrong with tools in each framework, tried with the framework itself.
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { DynamicStructuredTool } from "@langchain/core/tools";
import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import {
  Command,
  INTERRUPT,
  interrupt,
  isInterrupted,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { Agent, RunContext, RunState, tool } from "@openai/agents";
import {
  asSchema,
  convertToModelMessages,
  generateText,
  isStepCount,
  jsonSchema,
  type ModelMessage,
  type UIMessage,
} from "ai";
import { toStrictJsonSchema } from "openai/lib/transform";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeEach, describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../src/client/index.ts";
import { createExchange, manualMarket, virtualClock, type VirtualClock } from "../../src/exchange/index.ts";
import {
  createToolbox,
  memoryJournal,
  toAiSdk,
  toAnthropic,
  toLangChain,
  toOpenAI,
  toOpenAIAgents,
  type ApprovalRequest,
  type Toolbox,
  type ToolboxOptions,
} from "../../src/tools/index.ts";
import { shownSchema } from "../../src/tools/adapters/shownSchema.ts";
import { aiSdkModel, runAiSdk } from "../support/agents/aiSdk.ts";
import { createGraph } from "../support/agents/langGraph.ts";
import { AgentsModel, agentsRunner } from "../support/agents/openAiAgents.ts";
import type { Script } from "../support/agents/script.ts";
import { wrongInputs } from "../support/agents/wrongInputs.ts";

let clock: VirtualClock;
let client: AgentExchangeClient;
beforeEach(async () => {
  clock = virtualClock("2026-11-23T12:00:00Z");
  const exchange = createExchange({ market: manualMarket({ BTCUSDT: { price: "60000", volume: "18000" } }), clock });
  const { apiKey } = await exchange.register();
  client = new AgentExchangeClient({ ...exchange.connection, apiKey });
});

function toolboxWith(options: ToolboxOptions = {}): Toolbox {
  const mandate = { symbols: ["BTCUSDT"], maxOrder: "500", until: "2026-12-31T00:00:00Z" };
  return createToolbox(client, { mandate, approve: { above: "250" }, ...options });
}

const buy = (quantity: string): Readonly<Record<string, string>> => ({ symbol: "BTCUSDT", side: "buy", quantity });
const place = (id: string, quantity: string) => ({ id, name: "placeMarketOrder", input: buy(quantity) });
const orders: Script = [[place("order", "0.005")]];
const yes = { asked: [], answer: () => true };

const traded = async (): Promise<string[]> =>
  (await client.getTradeHistory()).map(({ quantity }) => quantity.toFixed()).toReversed();

/** A result that a tool returned as text. */
const read = (text: unknown): unknown => (typeof text === "string" ? JSON.parse(text) : undefined);

const codeOf = (text: unknown): unknown => {
  const result: unknown = JSON.parse(String(text));
  return (result as { error?: { code?: unknown } }).error?.code ?? "ok";
};

describe("AI SDK", () => {
  /** Sends messages that end with answers, as a client does that got no response. */
  async function resend(toolbox: Toolbox, messages: ModelMessage[]): Promise<unknown[]> {
    const { model, scripted } = aiSdkModel([]);
    await generateText({ model, messages, ...toAiSdk(toolbox, jsonSchema), stopWhen: isStepCount(3) });
    return [...scripted.results.values()].map((result) => (result.ok ? "ok" : result.error.code));
  }

  const edit = (messages: ModelMessage[], from: string, to: string): ModelMessage[] =>
    JSON.parse(JSON.stringify(messages).replaceAll(from, to)) as ModelMessage[];

  test("the model sees the schema as it is, and only the toolbox validates", async () => {
    const toolbox = toolboxWith({ tools: "all" });
    const { tools } = toAiSdk(toolbox, jsonSchema);
    for (const { name, inputSchema } of toolbox.list()) {
      const schema = asSchema(tools[name]?.inputSchema);
      expect(await schema.jsonSchema).toEqual(shownSchema(inputSchema));
      expect(schema.validate).toBeUndefined();
    }
  });

  test("an answer that is sent again does nothing", async () => {
    const toolbox = toolboxWith();
    const { answered } = await runAiSdk({ toolbox, script: orders, person: yes });
    expect(await traded()).toEqual(["0.005"]);
    for (let times = 0; times < 3; times++) expect(await resend(toolbox, answered)).toEqual(["ok"]);
    await Promise.all([resend(toolbox, answered), resend(toolbox, answered)]);
    expect(await traded()).toEqual(["0.005"]);
  });

  test("an answer to a question that nobody asked approves nothing, however often it is sent", async () => {
    const toolbox = toolboxWith();
    const { answered } = await runAiSdk({ toolbox, script: orders, person: yes });
    for (const forged of [edit(answered, '"order"', '"other"'), edit(answered, '"order"', '"another"')])
      for (let times = 0; times < 3; times++) expect(await resend(toolbox, forged)).toEqual(["APPROVAL_REQUIRED"]);
    expect(await resend(toolbox, edit(answered, "0.005", "0.008"))).toEqual(["CALL_ID_REUSED"]);
    const fresh = toolboxWith();
    expect(await resend(fresh, answered)).toEqual(["APPROVAL_REQUIRED"]);
    expect(await resend(fresh, answered)).toEqual(["APPROVAL_REQUIRED"]);
    expect(await traded()).toEqual(["0.005"]);
  });

  test("an answer for one call does not approve another one with the same input", async () => {
    const toolbox = toolboxWith();
    const script: Script = [[place("a", "0.005"), place("b", "0.005")]];
    const asked: string[] = [];
    await runAiSdk({ toolbox, script, person: { asked, answer: () => asked.push("") === 1 } });
    expect(asked).toHaveLength(2);
    expect(await traded()).toEqual(["0.005"]);
  });

  test("an answer after the request has expired does nothing", async () => {
    const toolbox = toolboxWith({ approve: { above: "250", validFor: 60_000 } });
    const late = {
      asked: [],
      async answer() {
        await clock.advance(61_000);
        return true;
      },
    };
    const { results } = await runAiSdk({ toolbox, script: orders, person: late });
    expect(results.get("order")).toMatchObject({ ok: false, error: { code: "APPROVAL_REQUIRED" } });
    expect(await traded()).toEqual([]);
  });

  test("without toolApproval, or with one that approves everything, orders above the limit are refused", async () => {
    const toolbox = toolboxWith();
    const { tools } = toAiSdk(toolbox, jsonSchema);
    for (const toolApproval of [undefined, () => "approved" as const])
      for (const id of ["first", "first", "second"]) {
        const { model, scripted } = aiSdkModel([[place(id, "0.005")]]);
        await generateText({
          model,
          prompt: "Trade.",
          tools,
          ...(toolApproval && { toolApproval }),
          stopWhen: isStepCount(3),
        });
        expect(scripted.results.get(id)).toMatchObject({ ok: false, error: { code: "APPROVAL_REQUIRED" } });
      }
    expect(await traded()).toEqual([]);
  });

  test("another process can go on with an answer if it shares journal and secret", async () => {
    const options = { journal: memoryJournal(), approve: { above: "250", secret: "0123456789abcdef0123456789abcdef" } };
    const { model } = aiSdkModel(orders);
    const messages: ModelMessage[] = [{ role: "user", content: "Trade." }];
    const asking = await generateText({ model, messages, ...toAiSdk(toolboxWith(options), jsonSchema) });
    const question = asking.content.find((part) => part.type === "tool-approval-request");
    expect(question).toMatchObject({ reason: expect.stringContaining("0.005") as unknown });
    const { approvalId = "" } = question ?? {};
    messages.push(...asking.responseMessages, {
      role: "tool",
      content: [{ type: "tool-approval-response", approvalId, approved: true }],
    });
    for (let process = 0; process < 3; process++) expect(await resend(toolboxWith(options), messages)).toEqual(["ok"]);
    expect(await traded()).toEqual(["0.005"]);
  });

  test("an answer that comes as a message of the user interface counts in the same way", async () => {
    const toolbox = toolboxWith();
    const { model } = aiSdkModel(orders);
    const asking = await generateText({ model, prompt: "Trade.", ...toAiSdk(toolbox, jsonSchema) });
    const question = asking.content.find((part) => part.type === "tool-approval-request");
    const part = { type: "tool-placeMarketOrder", toolCallId: "order", input: buy("0.005") } as const;
    const approval = { id: question?.approvalId ?? "", approved: true } as const;
    const messages = await convertToModelMessages<UIMessage>([
      { role: "user", parts: [{ type: "text", text: "Trade." }] },
      { role: "assistant", parts: [{ ...part, state: "approval-responded", approval }] },
    ]);
    for (let times = 0; times < 3; times++) expect(await resend(toolbox, messages)).toEqual(["ok"]);
    expect(await traded()).toEqual(["0.005"]);
  });

  test("tools of the program's own are not asked about", async () => {
    const { toolApproval } = toAiSdk(toolboxWith(), jsonSchema);
    for (const toolName of ["ownTool", "toString", "__proto__"])
      expect(await toolApproval({ toolCall: { toolName, toolCallId: "1", input: buy("0.005") }, messages: [] })).toBe(
        undefined,
      );
  });
});

describe("LangChain and LangGraph", () => {
  const config = (thread: string) => ({ configurable: { thread_id: thread } });
  const start = { messages: [new HumanMessage("Trade.")] };

  test("the model sees the schema as it is", () => {
    const toolbox = toolboxWith({ tools: "all" });
    const tools = toLangChain(toolbox, DynamicStructuredTool);
    expect(tools.map((one) => convertToOpenAITool(one).function.parameters)).toEqual(
      toolbox.list().map(({ inputSchema }) => shownSchema(inputSchema)),
    );
  });

  test("a tool that is called by hand returns JSON, and as a tool call a message with the result as artifact", async () => {
    const [getPrice] = toLangChain(toolboxWith({ tools: ["getPrice"] }), DynamicStructuredTool);
    expect(read(await getPrice?.invoke({ symbol: "BTCUSDT" }))).toMatchObject({ ok: true });
    const message: unknown = await getPrice?.invoke({
      type: "tool_call",
      id: "1",
      name: "getPrice",
      args: { symbol: "BTC/USDT" },
    });
    expect(message).toMatchObject({ tool_call_id: "1", artifact: { ok: false, error: { code: "INVALID_INPUT" } } });
  });

  test.for([true, "yes", "", 1, {}, []])("a graph that is resumed with %j approves nothing", async (answer) => {
    const toolbox = toolboxWith();
    const { graph, scripted } = createGraph({ toolbox, script: orders });
    await graph.invoke(start, config("1"));
    await graph.invoke(new Command({ resume: answer }), config("1"));
    expect(scripted.results.get("order")).toMatchObject({ ok: false, error: { code: "APPROVAL_REFUSED" } });
    expect(await traded()).toEqual([]);
  });

  test("a graph that goes on from an old checkpoint places no second order", async () => {
    const toolbox = toolboxWith();
    const { graph } = createGraph({ toolbox, script: [[place("order", "0.005")], [], []] });
    const asked = await graph.invoke(start, config("1"));
    const [question] = (asked as { __interrupt__?: { value: ApprovalRequest }[] }).__interrupt__ ?? [];
    const before = await graph.getState(config("1"));
    await graph.invoke(new Command({ resume: question?.value.id }), config("1"));
    expect(await traded()).toEqual(["0.005"]);
    for (let times = 0; times < 2; times++)
      await graph.invoke(new Command({ resume: question?.value.id }), before.config);
    expect(await traded()).toEqual(["0.005"]);
  });

  test("two questions of one task are not mixed up, in whatever order their answers arrive", async () => {
    for (const [index, picked] of ["0.005", "0.006"].entries()) {
      const before = (await traded()).length;
      const tools = toLangChain(toolboxWith(), DynamicStructuredTool, {
        ask: (request) => interrupt<ApprovalRequest, unknown>(request) === request.id,
      });
      const graph = new StateGraph(MessagesAnnotation)
        .addNode("tools", new ToolNode(tools))
        .addEdge(START, "tools")
        .compile({ checkpointer: new MemorySaver() });
      const tool_calls = ["0.005", "0.006"].map((quantity) => ({
        id: quantity,
        name: "placeMarketOrder",
        args: buy(quantity),
      }));
      const thread = config(`thread-${index}`);
      let state: unknown = await graph.invoke({ messages: [new AIMessage({ content: "", tool_calls })] }, thread);
      for (let times = 0; times < 4 && isInterrupted<ApprovalRequest>(state); times++) {
        const wanted = state[INTERRUPT].find(({ value }) => value?.input["quantity"] === picked)?.value?.id;
        state = await graph.invoke(new Command({ resume: wanted ?? "no" }), thread);
      }
      expect((await traded()).slice(before).filter((quantity) => quantity !== picked)).toEqual([]);
    }
  });

  test("a question stays the same when a graph starts its step again", async () => {
    const toolbox = toolboxWith();
    const ids: string[] = [];
    const tools = toLangChain(toolbox, DynamicStructuredTool, {
      ask: ({ id }) => {
        ids.push(id);
        throw new Error("interrupted");
      },
    });
    const node = new ToolNode(tools);
    const message = new AIMessage({
      content: "",
      tool_calls: [{ id: "1", name: "placeMarketOrder", args: buy("0.005") }],
    });
    for (let times = 0; times < 3; times++) await node.invoke({ messages: [message] }, config("1"));
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });
});

describe("OpenAI Agents SDK", () => {
  const script: Script = [[place("first", "0.005")], [place("second", "0.006")], [place("third", "0.001")]];

  function createAgent(toolbox: Toolbox, turns: Script): { agent: Agent; model: AgentsModel } {
    const model = new AgentsModel(turns);
    return { model, agent: new Agent({ name: "Trader", model, tools: toOpenAIAgents(toolbox, tool) }) };
  }

  test("a standing approval covers only the call that was asked about", async () => {
    const { agent, model } = createAgent(toolboxWith(), script);
    const asked = await agentsRunner.run(agent, "Trade.");
    for (const question of asked.interruptions) asked.state.approve(question, { alwaysApprove: true });
    const done = await agentsRunner.run(agent, asked.state);
    expect(done.interruptions).toEqual([]);
    expect(model.scripted.results.get("second")).toMatchObject({ ok: false, error: { code: "APPROVAL_REQUIRED" } });
    expect(await traded()).toEqual(["0.005", "0.001"]);
  });

  test.for([false, true])(
    "a state that is resumed again does nothing, with a standing approval: %s",
    async (alwaysApprove) => {
      const toolbox = toolboxWith();
      const { agent } = createAgent(toolbox, script);
      const asked = await agentsRunner.run(agent, "Trade.");
      for (const question of asked.interruptions) asked.state.approve(question, { alwaysApprove });
      const stored = asked.state.toString();
      for (let times = 0; times < 3; times++) {
        const { agent: again } = createAgent(toolbox, [[place("second", "0.006")]]);
        await agentsRunner.run(again, await RunState.fromString(again, stored));
      }
      expect(await traded()).toEqual(["0.005"]);
    },
  );

  test("a rejected call stays rejected", async () => {
    const { agent, model } = createAgent(toolboxWith(), orders);
    const asked = await agentsRunner.run(agent, "Trade.");
    for (const question of asked.interruptions) asked.state.reject(question);
    await agentsRunner.run(agent, asked.state);
    expect(model.scripted.results.has("order")).toBe(true);
    expect(await traded()).toEqual([]);
  });
});

describe("OpenAI's strict mode", () => {
  const toolbox = () => createToolbox(client, { tools: "all" });
  const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

  test("strict schemas are what OpenAI's own library makes strict, and the Agents SDK accepts them", () => {
    const { chatTools } = toOpenAI(toolbox());
    const strict = chatTools.filter(({ function: { strict: isStrict } }) => isStrict);
    expect(strict.length).toBeGreaterThan(chatTools.length * 0.8);
    for (const {
      function: { name, parameters },
    } of strict)
      expect(toStrictJsonSchema({ ...parameters, type: "object" }), name).toEqual(parameters);
    expect(toOpenAIAgents(toolbox(), tool)).toHaveLength(chatTools.length);
  });

  test("the default set is strict as a whole", () => {
    const { responseTools } = toOpenAI(createToolbox(client));
    expect(responseTools.filter(({ strict }) => !strict)).toEqual([]);
  });

  test("every example is valid with null for what it leaves out", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const all = toolbox();
    const { responseTools } = toOpenAI(all);
    for (const { name, parameters, strict } of responseTools) {
      if (!strict) continue;
      const { example = {} } = all.list().find((one) => one.name === name) ?? {};
      expect(ajv.validate(parameters, withNulls(parameters, example)) || ajv.errorsText(), name).toBe(true);
    }
  });

  function withNulls(schema: Record<string, unknown>, value: unknown): unknown {
    const { properties } = schema;
    if (!isRecord(value) || !isRecord(properties)) return value;
    const nested = (name: string): unknown => {
      const property = properties[name];
      return value[name] === undefined ? null : isRecord(property) ? withNulls(property, value[name]) : value[name];
    };
    return Object.fromEntries(Object.keys(properties).map((name) => [name, nested(name)]));
  }

  test("null means left out", async () => {
    const { run } = toOpenAI(createToolbox(client));
    const input = { symbol: "BTCUSDT", interval: "1h", limit: 1, startTime: null, endTime: null };
    const { output } = await run({ call_id: "1", name: "getCandles", arguments: JSON.stringify(input) });
    expect(codeOf(output)).toBe("ok");
  });
});

test("no schema has at its top what OpenAI and Anthropic reject there", async () => {
  const toolbox = createToolbox(client, { tools: "all" });
  const aiTools = Object.values(toAiSdk(toolbox, jsonSchema).tools);
  const schemas: unknown[] = [
    ...toOpenAI(toolbox).responseTools.map(({ parameters }) => parameters),
    ...toAnthropic(toolbox).tools.map(({ input_schema }) => input_schema),
    ...toOpenAIAgents(toolbox, tool).map(({ parameters }) => parameters),
    ...toLangChain(toolbox, DynamicStructuredTool).map(({ schema }) => schema),
    ...(await Promise.all(aiTools.map(async ({ inputSchema }) => asSchema(inputSchema).jsonSchema))),
  ];
  expect(schemas.length).toBe(5 * toolbox.list().length);
  for (const schema of schemas) {
    expect(schema).toMatchObject({ type: "object" });
    for (const keyword of ["anyOf", "oneOf", "allOf", "not", "enum", "$ref"])
      expect(schema).not.toHaveProperty(keyword);
  }
});

test("all adapters refuse all wrong inputs with the same sentences", async () => {
  const wrong = wrongInputs.filter(({ input }) => typeof input === "object" && input !== null && !Array.isArray(input));
  expect(wrong.length).toBeGreaterThan(500);
  const toolbox = toolboxWith({ tools: [...new Set(wrong.map(({ tool: name }) => name))] });
  const aiTools = toAiSdk(toolbox, jsonSchema).tools;
  const lcTools = toLangChain(toolbox, DynamicStructuredTool);
  const agentTools = toOpenAIAgents(toolbox, tool);
  const openAi = toOpenAI(toolbox);
  const anthropic = toAnthropic(toolbox);
  for (const [index, { tool: name, input }] of wrong.entries()) {
    const text = JSON.stringify(input);
    const ask = { toolCallId: `ai-${index}`, messages: [] };
    const texts = [
      JSON.stringify(await aiTools[name]?.execute(input, ask)),
      await lcTools.find((one) => one.name === name)?.invoke(input),
      await agentTools.find((one) => one.name === name)?.invoke(new RunContext(), text),
      (await openAi.run({ id: `chat-${index}`, function: { name, arguments: text } })).content,
      (await openAi.run({ call_id: `response-${index}`, name, arguments: text })).output,
      (await anthropic.run({ id: `anthropic-${index}`, name, input: JSON.parse(text) as unknown })).content,
      await anthropic.tools.find((one) => one.name === name)?.run(JSON.parse(text)),
    ];
    const messages = texts.map((one) => (read(one) as { error: { message: string } }).error.message);
    expect(new Set(messages).size, text).toBe(1);
  }
}, 60_000);
