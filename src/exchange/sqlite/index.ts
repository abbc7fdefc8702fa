export { sqliteStore } from "./sqliteStore.ts";
