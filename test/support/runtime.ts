/** Where the tests run: Node is quick, the others take fewer of the many cases. */
export const runtime: "node" | "browser" | "workerd" =
  typeof document !== "undefined" ? "browser" : navigator.userAgent === "Cloudflare-Workers" ? "workerd" : "node";

/** How many cases of a property to try; `TEST_CASES=few`, which only `npm run test:fast` sets, asks for few in Node, too. */
export function cases(inNode: number, elsewhere: number): number {
  return runtime === "node" && process.env["TEST_CASES"] !== "few" ? inNode : elsewhere;
}
