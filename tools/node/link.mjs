// Links node_modules/.bin/node to the Node.js version in this folder's package.json. npm 11 creates the link itself;
// npm 10 removes it again when it skips packages for other systems.
import { existsSync, lstatSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const modules = fileURLToPath(new URL("../../node_modules/", import.meta.url));
const system = process.platform === "win32" ? "win" : process.platform;
const name = `${system === "darwin" && process.arch === "arm64" ? "node-bin" : "node"}-${system}-${process.arch}`;
const target = `${name}/bin/node${system === "win" ? ".exe" : ""}`;
const link = `${modules}.bin/node`;

if (existsSync(modules + target) && !existsSync(link)) {
  if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link); // a dangling link
  if (system === "win") writeFileSync(`${link}.cmd`, `@"%~dp0..\\${target.replaceAll("/", "\\")}" %*\r\n`);
  else symlinkSync(`../${target}`, link);
}
