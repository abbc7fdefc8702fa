export { fileIntents } from "./fileIntents.ts";
export { fileJournal } from "./fileJournal.ts";
export type { OpenJournal } from "./journalFile.ts";
export { nodeFetch } from "./nodeFetch.ts";
export { sqliteJournal } from "./sqliteJournal.ts";
