/** Exit codes by kind of failure. */
export const EXITS = {
  failed: 1,
  usage: 2,
  refused: 3,
  not_found: 4,
  rate_limit: 5,
  unknown_outcome: 6,
  no_connection: 7,
} as const;

/** Why a command failed. */
export type FailureKind = keyof typeof EXITS | "interrupted";

/** For `--help`. */
export const EXIT_HELP: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "done"],
  ["1", "failed for another reason"],
  ["2", "invalid command line, or a question that cannot be asked without a terminal"],
  ["3", "refused by the exchange, or by you"],
  ["4", "no such order, symbol, strategy, backtest, operation or error code"],
  ["5", "rate limit reached"],
  ["6", "an order was sent, but its outcome is unknown: see `agentexchange orders --unresolved`"],
  ["7", "no connection to the exchange, or no response in time"],
  ["130", "interrupted (128 and the number of the signal)"],
];

/** A failure that a command explains itself. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: string;
  readonly kind: Exclude<FailureKind, "interrupted">;

  constructor(message: string, code: string, kind: CommandError["kind"], options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.kind = kind;
  }
}
