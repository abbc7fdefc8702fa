import {
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  inputResponse,
  type ClientCapabilities,
  type InputRequiredResult,
  type McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { ApprovalRequest, Toolbox, ToolError } from "../tools/index.ts";
import { isObject } from "./json.ts";

/**
 * What the server must know when the answer comes. It travels through the client, which may change it or send it again:
 * the request is signed by the toolbox, and an approval has one effect.
 */
export interface PendingApproval {
  readonly request: ApprovalRequest;
  readonly callId: string;
}

/** What a person answered: `none` if there is no answer that counts. */
export type Answer = "approve" | "decline" | "dismiss" | "none";

const KEY = "approval";

const QUESTION = {
  type: "object",
  properties: {
    decision: {
      type: "string",
      title: "Decision",
      description: "approve places this one order; decline does not.",
      enum: ["approve", "decline"],
    },
  },
  required: ["decision"],
} as const;

/** Reads what came back. @throws Error if it is nothing that this server has written */
export function decodePending(state: string): PendingApproval {
  const value: unknown = JSON.parse(state);
  if (isPending(value)) return value;
  throw new Error("not a pending approval");
}

function isPending(value: unknown): value is PendingApproval {
  if (!isObject(value) || typeof value["callId"] !== "string" || !isObject(value["request"])) return false;
  const { id, tool, input, summary, value: amount, expiresAt } = value["request"];
  return isObject(input) && [id, tool, summary, amount, expiresAt].every((field) => typeof field === "string");
}

/**
 * Makes an approval of a person's yes. Undefined for a request that has expired, or that the toolbox has not made: without
 * an approval, a person is asked again.
 */
export async function approve(toolbox: Toolbox, request: ApprovalRequest): Promise<string | undefined> {
  try {
    return await toolbox.approve(request);
  } catch {
    return undefined;
  }
}

/** Whether the client declared that it can show a person a form. */
export function canAsk({ server }: McpServer, { mcpReq }: ServerContext): boolean {
  const envelope: Readonly<Record<string, unknown>> | undefined = mcpReq.envelope;
  // Connections of protocol 2025-11-25 declare it once, at the start.
  // oxlint-disable-next-line typescript/no-deprecated
  const declared: unknown = envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities();
  const elicitation = isObject(declared) ? declared["elicitation" satisfies keyof ClientCapabilities] : undefined;
  // Without a mode it means forms.
  return isObject(elicitation) && ("form" in elicitation || !("url" in elicitation));
}

/** The result that makes the client ask a person and call again with the answer. */
export function askPerson(pending: PendingApproval): InputRequiredResult {
  const { summary, value, expiresAt } = pending.request;
  return inputRequired({
    requestState: JSON.stringify(pending),
    inputRequests: {
      [KEY]: inputRequired.elicit({
        message: `${summary} Worst-case value: ${value} USDT. The question expires at ${expiresAt}.`,
        requestedSchema: { ...QUESTION, required: [...QUESTION.required] },
      }),
    },
  });
}

/** Reads the answer. Only an accepted form with the decision `approve` approves. */
export function readAnswer({ mcpReq }: ServerContext): Answer {
  const response = inputResponse(mcpReq.inputResponses, KEY);
  if (response.kind !== "elicit") return "none";
  if (response.action === "decline") return "decline";
  if (response.action === "cancel") return "dismiss";
  const decision = response.content?.["decision"];
  return decision === "approve" || decision === "decline" ? decision : "none";
}

/** The error of a call that a person did not approve. */
export function notApproved(answer: "decline" | "dismiss"): ToolError {
  const reason = answer === "decline" ? "A person declined the order" : "The question was closed without an answer";
  return {
    code: "APPROVAL_REFUSED",
    message: `${reason}; the order was not sent.`,
    retryable: false,
    nextStep: "Tell the person what you wanted to do and why, and wait for their instruction.",
  };
}

/** The error of a call that needs an approval from a client that cannot ask for one. */
export function cannotAsk({ summary, value }: ApprovalRequest): ToolError {
  return {
    code: "APPROVAL_REQUIRED",
    message:
      `${summary} Worst-case value: ${value} USDT. This needs a person's approval, and this client cannot ask: ` +
      "it did not declare elicitation. Nothing was sent.",
    retryable: false,
    nextStep: "Place a smaller order that needs no approval, or ask the person to use a client with elicitation.",
  };
}
