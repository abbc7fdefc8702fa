import {
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type ListResourcesResult,
  type ReadResourceResult,
  type Resource,
} from "@modelcontextprotocol/server";
import { errorCatalogue, type JsonValue, type Toolbox } from "../tools/index.ts";

interface Source {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The tool that reads it; the resource exists only if the toolbox has the tool. */
  readonly tool?: string;
  read?(toolbox: Toolbox): Promise<unknown>;
}

const SOURCES: readonly Source[] = [
  {
    uri: "agentexchange://mandate",
    name: "mandate",
    title: "Mandate",
    description: "What this agent may do, how much of it is used, and whether trading is halted. Amounts are in USDT.",
    read: (toolbox) => toolbox.status(),
  },
  {
    uri: "agentexchange://errors",
    name: "errors",
    title: "Error catalogue",
    description: "Every error code of the tools: its meaning, whether a retry can help, and what to do next.",
    read: () => Promise.resolve(errorCatalogue),
  },
  {
    uri: "agentexchange://account",
    name: "account",
    title: "Account",
    description: "The account: status, starting balance and current session.",
    tool: "getAccountInfo",
  },
  {
    uri: "agentexchange://portfolio",
    name: "portfolio",
    title: "Portfolio",
    description: "Equity, cash, positions and profit. Amounts are in USDT.",
    tool: "getPortfolio",
  },
  {
    uri: "agentexchange://pairs",
    name: "pairs",
    title: "Pairs",
    description: "The pairs that can be traded, with their smallest quantities and steps.",
    tool: "getPairs",
  },
];

const MIME_TYPE = "application/json";

/** The resources that this toolbox can read. */
export function listResources(toolbox: Toolbox): ListResourcesResult {
  return { resources: available(toolbox).map(describe) };
}

/** Reads a resource now; nothing is cached. The mandate is that of the tools; the rest may come from another toolbox. */
export async function readResource(
  toolbox: Toolbox,
  reader: Toolbox,
  uri: string,
  signal: AbortSignal,
): Promise<ReadResourceResult> {
  const source = available(reader).find((candidate) => candidate.uri === uri);
  if (source === undefined) throw new ResourceNotFoundError(uri);
  const value = source.tool === undefined ? await source.read?.(toolbox) : await runRead(reader, source.tool, signal);
  return { contents: [{ uri, mimeType: MIME_TYPE, text: JSON.stringify(value) }] };
}

async function runRead(toolbox: Toolbox, tool: string, signal: AbortSignal): Promise<JsonValue> {
  const result = await toolbox.run(tool, {}, { signal });
  if (result.ok) return result.more === undefined ? result.data : { data: result.data, more: result.more };
  const { code, message, retryable, nextStep } = result.error;
  throw new ProtocolError(ProtocolErrorCode.InternalError, message, { code, retryable, nextStep });
}

function available(toolbox: Toolbox): readonly Source[] {
  const names = new Set(toolbox.list().map(({ name }) => name));
  return SOURCES.filter(({ tool }) => tool === undefined || names.has(tool));
}

function describe({ uri, name, title, description }: Source): Resource {
  return { uri, name, title, description, mimeType: MIME_TYPE };
}
