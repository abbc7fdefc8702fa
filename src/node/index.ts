export { fileIntents } from "./fileIntents.ts";
