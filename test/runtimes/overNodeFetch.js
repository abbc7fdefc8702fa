// Loaded before a script, so that its clients and its own requests use `nodeFetch`.
import { nodeFetch } from "agentexchange/node";

globalThis.fetch = nodeFetch;
