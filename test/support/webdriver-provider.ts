// A Vitest browser provider that starts a WebDriver server, without webdriverio and its 417 packages.
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { defineBrowserProvider } from "@vitest/browser";
import type { BrowserProvider, BrowserProviderOption } from "vitest/node";

export interface WebDriverOptions {
  /** The WebDriver server's command; `--port=N` is added. */
  readonly command: readonly string[];
  readonly capabilities: Readonly<Record<string, unknown>>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

class WebDriverProvider implements BrowserProvider {
  readonly name = "webdriver";
  readonly supportsParallelism = false;
  readonly #options: WebDriverOptions;
  #server: ChildProcess | undefined;
  #base = "";
  #session: string | undefined;

  constructor(options: WebDriverOptions) {
    this.#options = options;
  }

  async #call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(this.#base + path, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { value: Record<string, unknown> };
    if (!response.ok)
      throw new Error(`WebDriver ${method} ${path}: ${String(value["error"])}: ${String(value["message"])}`);
    return value;
  }

  async #start(): Promise<string> {
    const port = await freePort();
    this.#base = `http://127.0.0.1:${port}`;
    const [command = "", ...args] = this.#options.command;
    this.#server = spawn(command, [...args, `--port=${port}`], { stdio: "ignore", detached: true });
    const deadline = Date.now() + 20_000;
    for (;;) {
      try {
        await this.#call("GET", "/status");
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await sleep(100);
      }
    }
    const { sessionId } = await this.#call("POST", "/session", {
      capabilities: { alwaysMatch: this.#options.capabilities },
    });
    return String(sessionId);
  }

  getCommandsContext(): Record<string, unknown> {
    return {};
  }

  async openPage(_sessionId: string, url: string): Promise<void> {
    this.#session ??= await this.#start();
    await this.#call("POST", `/session/${this.#session}/url`, { url });
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    try {
      if (session !== undefined) await this.#call("DELETE", `/session/${session}`);
    } finally {
      const pid = this.#server?.pid;
      this.#server = undefined;
      if (pid !== undefined) process.kill(-pid, "SIGTERM"); // xvfb-run, its X server and the driver
    }
  }
}

export function webdriver(options: WebDriverOptions): BrowserProviderOption {
  return defineBrowserProvider({
    name: "webdriver",
    supportedBrowser: ["webkit"],
    options,
    providerFactory: (project) => {
      // Vitest sizes its frame with this command; the window's own size is good enough here.
      project.browser?.registerCommand("__vitest_viewport" as never, (async () => {}) as never);
      return new WebDriverProvider(options);
    },
  });
}
