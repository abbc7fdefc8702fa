/** Fields of results that are credentials. Tools never show them: an agent's conversation is no place for a key. */
export const SECRET_FIELDS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "apiKey",
  "apiSecret",
  "agentApiKey",
  "secret",
  "token",
]);

/** Operations that change the limits which the platform itself puts on an agent. They are in no set of tools. */
export const LIMIT_OPERATIONS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "updateRiskProfile",
  "updateAgentRiskProfile",
]);

/** Operations that take or return nothing but credentials. They are in no set of tools. */
export const CREDENTIAL_OPERATIONS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "login",
  "register",
  "getAgentKey",
  "regenerateAgentKey",
]);
