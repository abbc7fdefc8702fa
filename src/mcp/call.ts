import type {
  CallToolRequest,
  CallToolResult,
  InputRequiredResult,
  McpServer,
  ServerContext,
} from "@modelcontextprotocol/server";
import type { Toolbox, ToolError } from "../tools/index.ts";
import { approve, askPerson, canAsk, cannotAsk, notApproved, readAnswer, type PendingApproval } from "./approvals.ts";
import { runWithProgress } from "./progress.ts";
import { findTool, invalidParams, toCallResult } from "./tools.ts";

/** The name in `_meta` with which a client identifies a call. */
const CALL_ID = "agentexchange/callId";

/** What calls of one connection, or of one HTTP request, share. */
export interface Connection {
  readonly server: McpServer;
  readonly toolbox: Toolbox;
  /** Unique: request IDs are so only within a connection. */
  readonly id: string;
}

/** Runs a tool. If it needs an approval, the client asks a person and sends the call again with the answer. */
export async function callTool(
  connection: Connection,
  { params }: CallToolRequest,
  context: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
  const { server, toolbox } = connection;
  const operation = findTool(toolbox, params.name);
  const input = params.arguments ?? {};
  const { signal } = context.mcpReq;
  const pending = context.mcpReq.requestState<PendingApproval>();
  // Reads have no effect that could be repeated, so that nobody needs to remember them.
  const isNamed = operation.effect !== "read" || context.mcpReq._meta?.[CALL_ID] !== undefined;
  const callId = pending?.callId ?? (isNamed ? callIdOf(connection, context) : undefined);
  const fail = (id: string, error: ToolError): CallToolResult =>
    toCallResult(server, operation, { ok: false, callId: id, error });

  let approval: string | undefined;
  if (pending !== undefined) {
    const answer = readAnswer(context);
    // The client lost the answer, so it asks again.
    if (answer === "none") return askPerson(pending);
    if (answer !== "approve") return fail(pending.callId, notApproved(answer));
    approval = await approve(toolbox, pending.request);
  }
  const result = await runWithProgress(toolbox, params.name, input, { callId, signal, approval }, context);
  if (result.ok || result.approvalRequest === undefined) return toCallResult(server, operation, result);
  const request = result.approvalRequest;
  if (!canAsk(server, context)) return fail(result.callId, cannotAsk(request));
  return askPerson({ request, callId: result.callId });
}

/**
 * Identifies a call. A client that repeats requests names its calls in `_meta`. Otherwise a request is identified by its ID
 * within its connection: over HTTP each request is then a call of its own.
 */
function callIdOf({ id }: Connection, { mcpReq }: ServerContext): string {
  const given: unknown = mcpReq._meta?.[CALL_ID];
  if (given === undefined) return `mcp:${id}:${typeof mcpReq.id}:${mcpReq.id}`;
  if (typeof given === "string" && /^[\w.:-]{1,128}$/.test(given)) return `mcp:${given}`;
  throw invalidParams(`_meta["${CALL_ID}"] must have 1 to 128 letters, digits, or the characters _ . : -`);
}
