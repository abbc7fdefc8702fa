import {
  Agent,
  Runner,
  tool,
  Usage,
  type AgentInputItem,
  type Model,
  type ModelRequest,
  type ModelResponse,
} from "@openai/agents";
import { toOpenAIAgents } from "../../../src/tools/index.ts";
import { isRecord, ScriptedModel, textOf, type Framework, type Run, type Script, type Transcript } from "./script.ts";

/** A model of the Agents SDK that follows a script. */
export class AgentsModel implements Model {
  readonly scripted: ScriptedModel;

  constructor(script: Script) {
    this.scripted = new ScriptedModel(script);
  }

  async getResponse({ input, tools }: ModelRequest): Promise<ModelResponse> {
    const turn = await this.scripted.respond({ input, tools }, typeof input === "string" ? [] : resultsIn(input));
    const output: ModelResponse["output"] =
      turn.length === 0
        ? [
            {
              type: "message",
              role: "assistant",
              status: "completed",
              content: [{ type: "output_text", text: "Done." }],
            },
          ]
        : turn.map(({ id, name, input: given }) => ({
            type: "function_call",
            callId: id,
            name,
            arguments: textOf(given),
            status: "completed",
          }));
    return { usage: new Usage(), output };
  }

  // eslint-disable-next-line require-yield
  async *getStreamedResponse(): AsyncGenerator<never> {
    throw new Error("The script is not streamed.");
  }
}

function* resultsIn(items: readonly AgentInputItem[]): Generator<readonly [string, string]> {
  for (const item of items) {
    if (item.type !== "function_call_result") continue;
    const { output } = item;
    yield [item.callId, isRecord(output) && "text" in output ? textOf(output["text"]) : textOf(output)];
  }
}

export const agentsRunner = new Runner({ tracingDisabled: true });

export async function runOpenAiAgents({ toolbox, script, person, signal, thread }: Run): Promise<Transcript> {
  const model = new AgentsModel(script);
  const agent = new Agent({ name: "Trader", model, tools: toOpenAIAgents(toolbox, tool, { thread }) });
  const options = { maxTurns: 30, ...(signal && { signal }) };
  let result = await agentsRunner.run(agent, "Trade.", options);
  while (result.interruptions.length > 0) {
    for (const question of result.interruptions) {
      if (await person.answer(textOf(question.arguments))) result.state.approve(question);
      else result.state.reject(question);
    }
    result = await agentsRunner.run(agent, result.state, options);
  }
  return model.scripted;
}

export const openAiAgents: Framework = { name: "OpenAI Agents SDK", asks: "framework", run: runOpenAiAgents };
