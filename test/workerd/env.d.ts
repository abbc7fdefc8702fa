declare namespace Cloudflare {
  type Bot = import("../../worker/index.ts").Env;
  interface Env extends Bot {
    /** Root of the loopback server that the tests can reach. */
    readonly SERVER_URL: string;
  }
  interface GlobalProps {
    /** Gives `exports` of `cloudflare:workers` its types. */
    mainModule: typeof import("../../worker/index.ts");
  }
}
