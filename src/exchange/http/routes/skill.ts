import type { Agent } from "../../engine/model.ts";
import type { Prepared } from "../call.ts";

/** The part of an agent's key that may be shown. */
export function formatKeyPreview(agent: Agent): string {
  return `${agent.key.slice(0, 12)}...`;
}

/** Loads the instructions when they are asked for. */
export async function loadSkillText(): Promise<Prepared> {
  const { skillText } = await import("./skillText.ts");
  return { skillText };
}

/** Markdown that tells a language model how to trade as this agent. Its head has the platform's form. */
export function skillFile(agent: Agent, skillText: string): string {
  // A name with line breaks could pass for instructions.
  const name = agent.displayName.replaceAll(/\s+/g, " ");
  return `# Agent: ${name}\n# Agent ID: ${agent.id}\n# API Key: ${formatKeyPreview(agent)}\n\n${skillText}`;
}
