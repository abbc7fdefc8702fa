declare namespace Cloudflare {
  type BotEnv = import("../src/index.ts").Env;
  interface Env extends BotEnv {}
  interface GlobalProps {
    /** Types `exports` of `cloudflare:workers`. */
    mainModule: typeof import("../src/index.ts");
  }
}
