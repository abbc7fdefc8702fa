import type { ApprovalRequest, ToolError } from "../types.ts";
import { haltedError } from "./checks.ts";
import type { Call, CheckedPolicy, ToolboxContext } from "./context.ts";
import { toolError } from "./failure.ts";

type Answer = "yes" | "no" | "failed" | "late" | "aborted" | "halted";

/** Asks a person. Anything but a plain yes within the time is a no, and a halt meanwhile wins. */
export async function askPerson(
  { clock, halting }: ToolboxContext,
  { ask, validFor }: CheckedPolicy,
  call: Call,
  request: ApprovalRequest,
): Promise<ToolError | undefined> {
  const asking = new AbortController();
  const stop = new AbortController();
  let timer: unknown;
  const interrupted = new Promise<Answer>((resolve) => {
    timer = clock.setTimeout(() => resolve("late"), validFor);
    const on = (signal: AbortSignal, answer: Answer): void => {
      if (signal.aborted) resolve(answer);
      else signal.addEventListener("abort", () => resolve(answer), { signal: stop.signal });
    };
    on(halting.signal, "halted");
    on(call.signal, "aborted");
  });
  const asked = clock.elapsed();
  const answered = (async (): Promise<Answer> => {
    try {
      const answer: unknown = await ask?.(request, asking.signal);
      return answer === true ? "yes" : "no";
    } catch {
      return "failed";
    }
  })();
  const first = await Promise.race([interrupted, answered]);
  // A question that blocks the program also delays the timer.
  const answer = first === "yes" && clock.elapsed() - asked >= validFor ? "late" : first;
  stop.abort();
  clock.clearTimeout(timer);
  asking.abort();
  if (halting.local !== null) return haltedError(halting.local);
  return answer === "yes" ? undefined : errorOf(answer);
}

function errorOf(answer: Exclude<Answer, "yes">): ToolError {
  const next = "Do not try to go around the person's decision. Tell the person what you wanted, or do something else.";
  switch (answer) {
    case "no":
      return toolError("APPROVAL_REFUSED", "The person did not approve the order; it was not sent.", next);
    case "failed":
      return toolError("APPROVAL_REFUSED", "The person could not be asked; the order was not sent.", next);
    case "late":
      return toolError("APPROVAL_EXPIRED", "The person did not answer in time; the order was not sent.", next);
    case "aborted":
      return toolError(
        "ABORTED",
        "The call was aborted before the order was sent.",
        "Call again if it is still wanted.",
      );
    default:
      return toolError("HALTED", "The toolbox was halted before the order was sent.", "Tell the person.");
  }
}
