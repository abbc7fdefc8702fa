import { AIMessage, HumanMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { fakeModel } from "@langchain/core/testing";
import { DynamicStructuredTool } from "@langchain/core/tools";
import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import {
  Command,
  END,
  INTERRUPT,
  interrupt,
  isInterrupted,
  MemorySaver,
  MessagesAnnotation,
  Send,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { toLangChain, type ApprovalRequest } from "../../../src/tools/index.ts";
import { isRecord, ScriptedModel, textOf, type Framework, type Run, type Transcript } from "./script.ts";

type State = typeof MessagesAnnotation.State;

/** One task per call, as LangChain's own agents do: each question then has its own interrupt. */
function route({ messages }: State): typeof END | Send[] {
  const last = messages.at(-1);
  const calls = AIMessage.isInstance(last) ? (last.tool_calls ?? []) : [];
  return calls.length === 0 ? END : calls.map((call) => new Send("tools", { messages, lg_tool_call: call }));
}

const resultsIn = (messages: readonly BaseMessage[]): [string, string][] =>
  messages
    .filter((message) => ToolMessage.isInstance(message))
    .map((message) => [message.tool_call_id, textOf(message.content)]);

/** A graph of a model and tools whose questions interrupt it. */
export function createGraph({ toolbox, script }: Pick<Run, "toolbox" | "script">) {
  const tools = toLangChain(toolbox, DynamicStructuredTool, {
    ask: (request) => interrupt<ApprovalRequest, unknown>(request) === request.id,
  });
  const scripted = new ScriptedModel(script);

  async function callModel({ messages }: State): Promise<{ messages: BaseMessage[] }> {
    const shown = messages.map(({ type, content, ...rest }) => ({
      type,
      content,
      calls: "tool_calls" in rest && rest.tool_calls,
    }));
    const definitions = tools.map((tool) => convertToOpenAITool(tool));
    const turn = await scripted.respond({ tools: definitions, messages: shown }, resultsIn(messages));
    const calls = turn.map(({ id, name, input }) => ({
      id,
      name,
      args: isRecord(input) ? input : { input },
      type: "tool_call" as const,
    }));
    const model = fakeModel().respond(new AIMessage({ content: calls.length === 0 ? "Done." : "", tool_calls: calls }));
    return { messages: [await model.bindTools(tools).invoke(messages)] };
  }

  const graph = new StateGraph(MessagesAnnotation)
    .addNode("model", callModel)
    .addNode("tools", new ToolNode(tools))
    .addEdge(START, "model")
    .addConditionalEdges("model", route, ["tools", END])
    .addEdge("tools", "model")
    .compile({ checkpointer: new MemorySaver() });
  return { graph, scripted };
}

export async function runLangGraph({ person, signal, thread = "1", ...options }: Run): Promise<Transcript> {
  const { graph, scripted } = createGraph(options);
  const config = { configurable: { thread_id: thread }, ...(signal && { signal }) };
  let state: unknown = await graph.invoke({ messages: [new HumanMessage("Trade.")] }, config);
  while (isInterrupted<ApprovalRequest>(state)) {
    const resume: Record<string, string | false> = {};
    for (const { id = "", value } of state[INTERRUPT]) {
      if (value === undefined) throw new TypeError("an interrupt without a question");
      resume[id] = (await person.answer(value.summary)) && value.id;
    }
    state = await graph.invoke(new Command({ resume }), config);
  }
  return scripted;
}

export const langGraph: Framework = { name: "LangGraph", asks: "framework", run: runLangGraph };
