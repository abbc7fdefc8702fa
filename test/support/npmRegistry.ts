// A registry of npm packages on the loopback: the packed package, and those that it depends on.
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "./packed.ts";
import { repository } from "./run-process.ts";
import { serve } from "./server.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Serves this package and everything that it depends on. It answers 404 for any other. */
export async function openRegistry(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const packages = new Map<string, { readonly manifest: Manifest; readonly tarball: Buffer }>();
  const add = async (path: string): Promise<void> => {
    const manifest = JSON.parse(await readFile(join(path, "package.json"), "utf8")) as Manifest;
    const folder = await mkdtemp(join(tmpdir(), "agentexchange-registry-"));
    packages.set(manifest.name, { manifest, tarball: await readFile(await pack(folder, path)) });
    await rm(folder, { recursive: true });
    for (const name of Object.keys(manifest.dependencies ?? {}))
      if (!packages.has(name)) await add(`${repository}node_modules/${name}`);
  };
  await add(repository);

  const server = await serve((request) => {
    const { pathname, origin } = new URL(request.url);
    const [name = "", file] = decodeURIComponent(pathname.slice(1)).split("/-/");
    const found = packages.get(name);
    if (found === undefined) return new Response(null, { status: 404 });
    const { manifest, tarball } = found;
    if (file !== undefined) return new Response(new Uint8Array(tarball));
    const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
    const version = { ...manifest, dist: { tarball: `${origin}/${name}/-/${manifest.version}.tgz`, integrity } };
    return Response.json({
      name,
      "dist-tags": { latest: manifest.version },
      versions: { [manifest.version]: version },
    });
  });
  return server;
}
