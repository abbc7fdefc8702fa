import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** Adds the service worker, which knows every file of the page, also the code that is loaded later. */
export function offline(): Plugin {
  let root = "";
  let publicDir = "";
  return {
    name: "offline",
    apply: "build",
    config: () => ({ define: { __HAS_WORKER__: "true" } }),
    configResolved(config) {
      ({ root, publicDir } = config);
    },
    generateBundle: {
      // After the page itself has been added.
      order: "post",
      handler(_options, bundle) {
        const files = new Map<string, string | Uint8Array>();
        for (const file of Object.values(bundle))
          files.set(file.fileName, file.type === "chunk" ? file.code : file.source);
        for (const path of globSync("**/*", { cwd: publicDir })) {
          const file = join(publicDir, path);
          if (statSync(file).isFile()) files.set(path.replaceAll("\\", "/"), readFileSync(file));
        }
        const hash = createHash("sha256");
        const names = [...files.keys()].toSorted();
        for (const name of names)
          hash
            .update(name)
            .update("\0")
            .update(files.get(name) ?? "");
        // The page is known by its folder as well as by its name.
        const constants = { FILES: ["./", ...names], VERSION: hash.digest("hex").slice(0, 16) };
        const head = Object.entries(constants).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`);
        const source = head.join("") + readFileSync(join(root, "serviceWorker.js"), "utf8");
        this.emitFile({ type: "asset", fileName: "service-worker.js", source });
      },
    },
  };
}
