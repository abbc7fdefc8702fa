declare namespace Cloudflare {
  type Bot = import("../../worker/index.ts").Env;
  interface Env extends Bot {
    /** Base URL of the loopback server for the tests. */
    readonly SERVER_URL: string;
  }
  interface GlobalProps {
    /** Types `exports` of `cloudflare:workers`. */
    mainModule: typeof import("../../worker/index.ts");
  }
}
