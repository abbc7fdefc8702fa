declare namespace Cloudflare {
  interface Env {
    /** Root of the loopback server that the tests can reach. */
    readonly SERVER_URL: string;
  }
  interface GlobalProps {
    /** Gives `exports` of `cloudflare:workers` its types. */
    mainModule: typeof import("./worker.ts");
  }
}
