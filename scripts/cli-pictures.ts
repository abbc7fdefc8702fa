// Takes the pictures of the program in docs/images: `npm run cli:pictures`. A pseudo-terminal runs it, Chromium draws it.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright";
import { findChromium } from "./find-browsers.ts";

interface Picture {
  readonly name: string;
  readonly columns: number;
  /** Arguments of the program, shown after a prompt. */
  readonly commands: readonly string[];
}

const PICTURES: readonly Picture[] = [
  { name: "cli-candles", columns: 96, commands: ["candles BTCUSDT --limit 80"] },
  {
    name: "cli-tables",
    columns: 112,
    commands: ["snapshot BTCUSDT ETHUSDT SOLUSDT BNBUSDT DOGEUSDT", "portfolio", "book ETHUSDT --depth 5"],
  },
  { name: "cli-narrow", columns: 40, commands: ["snapshot", "candles ETHUSDT --limit 28"] },
];

const repository = join(import.meta.dirname, "..");
const program = join(repository, "dist/cli/main.js");
const images = join(repository, "docs/images");

/** Starts a server with a demo account. */
async function startDemo(): Promise<{ readonly child: ChildProcess; readonly url: string; readonly key: string }> {
  const child = spawn(process.execPath, [program, "serve", "--port", "0", "--demo", "--seed", "11", "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { data } = JSON.parse(line.toString()) as { readonly data: { readonly url: string; readonly demoKey: string } };
  return { child, url: data.url, key: data.demoKey };
}

/** What a command prints in a terminal. */
function printedBy(args: string, columns: number, env: NodeJS.ProcessEnv): string {
  const inside = `stty cols ${columns} rows 36; '${process.execPath}' '${program}' ${args}`;
  const { stdout, status } = spawnSync("script", ["--quiet", "--return", "--command", inside, "/dev/null"], {
    env,
    encoding: "utf8",
    input: "",
  });
  if (status !== 0) throw new Error(`${args} failed: ${stdout}`);
  return stdout.replaceAll("\r\n", "\n").replaceAll("^@", "");
}

const CLASSES: Readonly<Record<string, string>> = {
  "1": "bold",
  "2": "dim",
  "31": "red",
  "32": "green",
  "33": "yellow",
  "36": "cyan",
};

/** Styles of the terminal as spans. */
function toHtml(text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  // oxlint-disable-next-line no-control-regex
  return escaped.replaceAll(/\u001b\[(\d+)m/g, (_, code: string) =>
    CLASSES[code] === undefined ? "</span>" : `<span class="${CLASSES[code]}">`,
  );
}

const STYLE = `
  body { margin: 0; background: #10151c; }
  pre { margin: 0; padding: 20px 24px; display: inline-block; color: #d5dbe3;
    font: 15px/18px "DejaVu Sans Mono", "Liberation Mono", monospace; font-variant-ligatures: none; }
  .bold { font-weight: bold; color: #fff; } .dim { color: #7d8896; } .red { color: #f2707a; } .green { color: #4cc38a; }
  .dim .red, .dim .green { opacity: 0.6; } .yellow { color: #e5c07b; } .cyan { color: #6cb8e6; } .prompt { color: #6cb8e6; }
`;

mkdirSync(images, { recursive: true });
const { child, url, key } = await startDemo();
const { PATH, HOME } = process.env;
const env = { PATH, HOME, TERM: "xterm-256color", AGENTEXCHANGE_BASE_URL: url, AGENTEXCHANGE_API_KEY: key };
const { executablePath, env: browserEnv } = await findChromium();
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox"],
  env: { ...process.env, ...browserEnv },
});
try {
  for (const { name, columns, commands } of PICTURES) {
    const blocks = commands.map(
      (args) => `<span class="prompt">$</span> agentexchange ${args}\n${toHtml(printedBy(args, columns, env))}`,
    );
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.setContent(`<style>${STYLE}</style><pre>${blocks.join("\n").trimEnd()}</pre>`);
    await page.locator("pre").screenshot({ path: join(images, `${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  child.kill("SIGTERM");
}
