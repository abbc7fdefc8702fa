/** One error in a request, in the format of the platform's framework. */
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

/** Replies list no more issues than this, so no more are collected: a request can contain a million errors. */
export const MAX_ISSUES = 100;
