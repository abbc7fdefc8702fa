// The commands that need all operations with their schemas and texts.
export { call } from "./call.ts";
export { errors } from "./errors.ts";
export { tools } from "./tools.ts";
