// Errors made from responses, as the client makes them.
import { fromResponse, redactor, type AgentExchangeError, type FailedRequest } from "../../../src/errors/index.ts";

const request: FailedRequest = {
  name: "getPrice",
  attempts: 1,
  repeatable: true,
  now: Date.parse("2026-03-05T14:00:00Z"),
  redact: redactor([]),
};

export function errorOf(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  more: Partial<FailedRequest> = {},
): AgentExchangeError {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return fromResponse({ status, body: text, header: (name) => headers[name] ?? null }, { ...request, ...more });
}

export const envelope = (code: string, details?: object, message = `told: ${code}`): object => ({
  error: { code, message, details },
});
