import {
  ProtocolError,
  ProtocolErrorCode,
  type CallToolResult,
  type ContentBlock,
  type ListToolsResult,
  type McpServer,
  type Tool,
  type ToolAnnotations,
} from "@modelcontextprotocol/server";
import type { Effect } from "../endpoints/index.ts";
import type { JsonSchema, OperationDescription, Toolbox, ToolResult } from "../tools/index.ts";
import { structuredContent, structuredSchema } from "./structured.ts";

const PAGE_SIZE = 50;

/** Hints for clients; the mandate is what protects the account. All tools reach an exchange that others use, too. */
const ANNOTATIONS: Readonly<Record<Effect, ToolAnnotations>> = {
  read: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  cancel: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  order: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  write: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
};

/** One page of the toolbox's tools. */
export function listTools(toolbox: Toolbox, cursor: string | undefined): ListToolsResult {
  const operations = toolbox.list();
  const start = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isInteger(start) || start < 0 || start % PAGE_SIZE !== 0 || start > operations.length)
    throw invalidParams("The cursor is not one that this server returned.");
  const end = start + PAGE_SIZE;
  const tools = operations.slice(start, end).map(describeTool);
  return end < operations.length ? { tools, nextCursor: String(end) } : { tools };
}

/** `getPrice` as `Get price`. */
export function titleOf(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function describeTool(operation: OperationDescription): Tool {
  const { name, description, inputSchema, effect } = operation;
  const outputSchema = structuredSchema(operation);
  return {
    name,
    title: titleOf(name),
    description,
    inputSchema: { ...shownSchema(inputSchema), type: "object" },
    ...(outputSchema !== undefined && { outputSchema }),
    annotations: ANNOTATIONS[effect],
  };
}

/** APIs of models reject all tools if one of them has such a keyword at its top. What they say is checked by the toolbox. */
const REJECTED: ReadonlySet<string> = new Set(["allOf", "anyOf", "enum", "not", "oneOf"]);

function shownSchema(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !REJECTED.has(keyword)));
}

/** The tool with this name. An unknown one is an error of the protocol, not of the tool. */
export function findTool(toolbox: Toolbox, name: string): OperationDescription {
  const found = toolbox.list().find((operation) => operation.name === name);
  if (found !== undefined) return found;
  throw invalidParams(`Unknown tool ${JSON.stringify(name.slice(0, 64))}. List the tools to see what exists.`);
}

/** A result of the toolbox as a result of MCP. */
export function toCallResult(server: McpServer, operation: OperationDescription, result: ToolResult): CallToolResult {
  const _meta = {
    "agentexchange/callId": result.callId,
    ...(result.repeated === true && { "agentexchange/repeated": true }),
  };
  const notes: ContentBlock[] = [];
  if (result.repeated === true)
    notes.push(textBlock("This is the outcome of an earlier call with the same ID. Nothing was sent again."));
  if (!result.ok) return { isError: true, content: [textBlock(JSON.stringify(result.error)), ...notes], _meta };
  if (result.more !== undefined) notes.push(textBlock(result.more));
  const content = [textBlock(JSON.stringify(result.data)), ...notes];
  const schema = structuredSchema(operation);
  if (schema === undefined) return { content, _meta };
  return server.server.projectCallToolResult(
    { content, structuredContent: structuredContent(schema, result.data), _meta },
    schema,
  );
}

export function invalidParams(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}

function textBlock(text: string): ContentBlock {
  return { type: "text", text };
}
