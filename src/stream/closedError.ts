import { ClientClosedError } from "../errors/index.ts";

/** The error of a subscription to a closed stream. */
export function closedError(): ClientClosedError {
  return new ClientClosedError("The stream has been closed.", {
    code: "CLIENT_CLOSED",
    hint: "Open a new one with client.openStream().",
  });
}
