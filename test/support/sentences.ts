import { expect } from "vitest";
import type { AgentExchangeError } from "../../src/errors/index.ts";

const METHOD = /^[a-z][A-Za-z]*(?:\(\)|:)/;

/** Asserts that an error's message consists of complete, distinct sentences. */
export function expectSentences({ message, hint }: AgentExchangeError): void {
  expect(message).toMatch(/^[A-Z]|^[a-z][A-Za-z]*(?:\(\)|:| failed: )/);
  expect(message).toMatch(/[^.]\.$/);
  expect(message).not.toMatch(/\.\.|\n|undefined|null|\[object|Value error/);
  // Codes are in parentheses.
  expect(message).not.toMatch(/(?:^|[^('])\b[a-z]+_[a-z_]+ [A-Z]/);
  const sentences = message.split(/(?<=\.) (?=[A-Z])/);
  expect(new Set(sentences).size).toBe(sentences.length);
  if (hint === null) return;
  expect(message.endsWith(` ${hint}`)).toBe(true);
  expect(/^[A-Z]/.test(hint) || METHOD.test(hint)).toBe(true);
  expect(message.slice(0, -hint.length).trim()).toMatch(/\.$/);
}
