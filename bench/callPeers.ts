// Other HTTP clients on npm, with their default options, reading the same price from the same server.
import axios from "axios";
import ky from "ky";
import { ofetch } from "ofetch";
import OpenAI from "openai";
import { KEY, PRICE } from "./clientCalls.ts";
import type { Contender } from "./harness.ts";

export function peers(origin: string): readonly Contender[] {
  const openai = new OpenAI({ baseURL: origin, apiKey: KEY });
  const kyWithPrefix = ky.create({ prefix: origin, headers: { "x-api-key": KEY } });
  return [
    { name: "ky", run: () => kyWithPrefix.get(PRICE.slice(1)).json() },
    { name: "ofetch", run: () => ofetch(PRICE, { baseURL: origin }) },
    { name: "axios", run: async (): Promise<unknown> => (await axios.get(origin + PRICE)).data },
    { name: "openai's base client", run: () => openai.get(PRICE) },
  ];
}
