/** One thing that is wrong with a request, in the form of the platform's framework. */
export interface Issue {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
  readonly ctx?: Readonly<Record<string, unknown>>;
}

/** A request that does not match its route's schema. It is answered with 422 and a list of issues. */
export class Unprocessable extends Error {
  override readonly name = "Unprocessable";
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super("request validation failed");
    this.issues = issues;
  }
}

/** A replied issue list is cut off here, so more issues are not collected: a request can be wrong in a million places. */
export const MAX_ISSUES = 100;
