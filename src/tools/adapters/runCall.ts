import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { ApprovalRequest, RunOptions, Toolbox, ToolResult } from "../types.ts";

/** Options of every adapter. */
export interface AdapterOptions {
  /**
   * Identifies the conversation. A call's ID is the one that the framework gives it, so that running a step twice has one
   * effect. Some models number their calls from 0 in every conversation; pass the conversation's ID to keep them apart.
   */
  readonly thread?: string | undefined;
}

/** The toolbox accepts IDs of up to this length. */
const MAX_LENGTH = 200;

/** The ID of a framework's call for the toolbox. Encoded, so that no two pairs of thread and ID become the same. */
export function toCallId(id: string | undefined, thread: string | undefined): string | undefined {
  if (id === undefined || id === "") return undefined;
  const callId = [...(thread === undefined ? [] : [thread]), id].map(encode).join("/");
  return callId.length <= MAX_LENGTH ? callId : `sha256/${bytesToHex(sha256(utf8ToBytes(callId)))}/`;
}

const encode = (text: string): string => text.replaceAll("%", "%25").replaceAll("/", "%2F");

/**
 * Runs a call of a framework that has its own approvals, and again if its answer to this very call was yes. A yes to
 * another call, or one that the framework applies to every call, does not count: then the toolbox did not ask.
 */
export async function runApproved(
  toolbox: Toolbox,
  name: string,
  input: unknown,
  options: RunOptions,
  isApproved: (request: ApprovalRequest) => boolean,
): Promise<ToolResult> {
  const result = await toolbox.run(name, input, options);
  if (result.ok || result.approvalRequest === undefined || result.repeated !== true) return result;
  if (!isApproved(result.approvalRequest)) return result;
  return toolbox.run(name, input, { ...options, approval: await toolbox.approve(result.approvalRequest) });
}

/** The arguments that a model wrote. What is no JSON is passed as it is: the toolbox refuses it and says what it expects. */
export function parseArguments(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text);
  } catch {
    return text;
  }
}
