export { fileIntents } from "./fileIntents.ts";
export { nodeFetch } from "./nodeFetch.ts";
