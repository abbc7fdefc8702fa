// Bundle sizes for a page, minified and gzipped. test/node/sizes.test.ts guards those of every entry.
import { sizeByEsbuild, sizeByVite } from "../scripts/size/bundle.ts";
import { entries } from "../scripts/size/entries.ts";

const modules = ["ky", "decimal.js", "valibot"] as const;

export interface Sizes {
  /** Bytes at gzip level 9: everything, including what is loaded later. */
  readonly whole: number;
  /** Bytes a page loads initially. */
  readonly firstLoad: number;
  /** Bytes of the package's own code. */
  readonly own: number;
  /** Bytes of own code behind `agentexchange/exchange`. */
  readonly exchange: number;
  /** The same bundled by Vite, which drops unused calls across files; includes the required parts of valibot. */
  readonly exchangeByVite: number;
}

export async function sizeBench(): Promise<Sizes> {
  const { agentexchange: root = "", "agentexchange/exchange": exchange = "" } = entries;
  const withDependencies = await sizeByEsbuild(root);
  return {
    whole: withDependencies.all,
    firstLoad: withDependencies.first,
    own: (await sizeByEsbuild(root, [...modules, "@noble/hashes/*"])).all,
    exchange: (await sizeByEsbuild(exchange, [...modules, "@noble/hashes/*"])).all,
    exchangeByVite: (await sizeByVite(exchange, ["decimal.js", "@noble/hashes/hmac.js", "@noble/hashes/sha2.js"])).all,
  };
}
