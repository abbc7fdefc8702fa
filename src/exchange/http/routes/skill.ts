import type { Agent } from "../../engine/model.ts";
import { skillText } from "./skillText.ts";

/** The part of an agent's key that may be shown. */
export function formatKeyPreview(agent: Agent): string {
  return `${agent.key.slice(0, 12)}...`;
}

/** Markdown that tells a language model how to trade as this agent. Its head has the platform's form. */
export function skillFile(agent: Agent): string {
  // A name with line breaks could pass for instructions.
  const name = agent.displayName.replaceAll(/\s+/g, " ");
  return `# Agent: ${name}\n# Agent ID: ${agent.id}\n# API Key: ${formatKeyPreview(agent)}\n\n${skillText}`;
}
