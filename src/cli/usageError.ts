/** An invalid command line, or a command that needs something that is missing; the message is one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
