export type { AdmissionOptions } from "./admission.ts";
export { createMcpHandler, type McpHandler, type McpHandlerOptions } from "./createMcpHandler.ts";
export { toMcp, type McpOptions } from "./toMcp.ts";
