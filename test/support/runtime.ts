/** The current runtime; all except Node run fewer property cases. */
export const runtime: "node" | "browser" | "workerd" =
  typeof document !== "undefined" ? "browser" : navigator.userAgent === "Cloudflare-Workers" ? "workerd" : "node";

/** Number of cases of a property; `TEST_CASES=few`, set only by `npm run test:fast`, reduces it in Node, too. */
export function cases(inNode: number, elsewhere: number): number {
  return runtime === "node" && process.env["TEST_CASES"] !== "few" ? inNode : elsewhere;
}
