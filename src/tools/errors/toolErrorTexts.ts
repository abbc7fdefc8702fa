/** The errors that tools have beside those of the client: code, meaning, whether to try again, next step. */
export const toolErrorTexts: readonly (readonly [
  code: string,
  meaning: string,
  retryable: boolean,
  nextStep: string,
])[] = [
  ["ABORTED", "The call was aborted before it ended.", true, "Call it again if it is still needed."],
  ["TOOL_FAILED", "The tool failed unexpectedly.", false, "Tell the operator; do not repeat orders."],
];
