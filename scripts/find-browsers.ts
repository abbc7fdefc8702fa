// Finds installed browsers for the browser tests; downloads nothing.
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { chromium as playwrightChromium } from "playwright";

export interface FoundBrowser {
  readonly executablePath: string;
  /** Additional environment variables for the browser. */
  readonly env?: Readonly<Record<string, string>>;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath(...names: readonly string[]): string | undefined {
  const folders = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "" && !folder.includes("node_modules"));
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function fromEnvironment(variable: string): string | undefined {
  const path = process.env[variable];
  if (!path) return undefined;
  if (!isExecutable(path)) throw new Error(`${variable} is set to ${path}, which is not an executable file.`);
  return path;
}

function installedChromium(): string | undefined {
  if (process.platform === "darwin") {
    return ["Google Chrome", "Chromium", "Microsoft Edge"]
      .map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`)
      .find(isExecutable);
  }
  if (process.platform === "win32") {
    return ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"]
      .flatMap((name) => process.env[name] ?? [])
      .flatMap((root) => [
        join(root, "Google/Chrome/Application/chrome.exe"),
        join(root, "Microsoft/Edge/Application/msedge.exe"),
      ])
      .find((path) => existsSync(path));
  }
  return onPath("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge-stable");
}

/** The headless Chromium from @sparticuz/chromium (x64 Linux only), unpacked once into node_modules/.cache. */
async function chromiumFromNpm(): Promise<FoundBrowser | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const root = dirname(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const cache = join(import.meta.dirname, "../node_modules/.cache");
  const home = join(cache, `chromium-${version}`);
  if (!existsSync(home)) {
    mkdirSync(cache, { recursive: true });
    const unpacked = mkdtempSync(join(cache, "chromium-"));
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = unpacked; // the package unpacks into os.tmpdir() and would reuse any existing /tmp/chromium
    try {
      const { default: chromium, inflate } = await import("@sparticuz/chromium");
      await chromium.executablePath();
      await inflate(join(root, "bin/al2023.tar.br")); // libnss3, libnspr4 and libexpat, for systems without them
    } finally {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
    }
    writeFileSync(
      join(unpacked, "fonts.conf"),
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${home}/fonts/fonts</dir><cachedir>${home}/fonts-cache</cachedir></fontconfig>\n`,
    );
    try {
      renameSync(unpacked, home);
    } catch (error) {
      if (!existsSync(home)) throw error; // another run won the race
      rmSync(unpacked, { recursive: true, force: true });
    }
  }
  return {
    executablePath: join(home, "chromium"),
    env: {
      LD_LIBRARY_PATH: [process.env["LD_LIBRARY_PATH"], join(home, "al2023/lib")].filter(Boolean).join(delimiter),
      ...(existsSync("/etc/fonts/fonts.conf") ? {} : { FONTCONFIG_FILE: join(home, "fonts.conf") }),
    },
  };
}

/** In this order: $CHROMIUM_PATH, Playwright's download, an installed Chromium, Chrome or Edge, the npm package's. */
export async function findChromium(): Promise<FoundBrowser> {
  const downloaded = playwrightChromium.executablePath();
  const path =
    fromEnvironment("CHROMIUM_PATH") ?? (existsSync(downloaded) ? downloaded : undefined) ?? installedChromium();
  const found = path === undefined ? await chromiumFromNpm() : { executablePath: path };
  if (found) return found;
  throw new Error(
    "The browser tests need a Chromium. Do one of these, then run the command again:\n" +
      "  install Chrome or Chromium (Debian: apt-get install chromium)\n" +
      "  npx playwright install chromium\n" +
      "  set CHROMIUM_PATH to an existing executable\n" +
      "To run everything except the browser tests: npm run test:node",
  );
}

/** $FIREFOX_PATH or an installed Firefox, driven over WebDriver BiDi. */
export function findFirefox(): FoundBrowser | undefined {
  const path = fromEnvironment("FIREFOX_PATH") ?? onPath("firefox-esr", "firefox");
  return path === undefined ? undefined : { executablePath: path };
}

/** The command of WebKitGTK's WebDriver (Debian: webkit2gtk-driver, xvfb and xauth), and its browser. */
export function findWebKit(): { readonly command: readonly string[]; readonly binary: string } | undefined {
  const driver = onPath("WebKitWebDriver");
  const xvfb = onPath("xvfb-run");
  const binary = ["4.1", "6.0", "4.0"]
    .flatMap((version) => [
      `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/webkit2gtk-${version}/MiniBrowser`,
    ])
    .find(isExecutable);
  if (!driver || !binary) return undefined;
  if (process.env["DISPLAY"]) return { command: [driver], binary };
  return xvfb ? { command: [xvfb, "-a", driver], binary } : undefined;
}
