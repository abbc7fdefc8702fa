export { computeDeflatedSharpe, type DeflatedSharpeQuery } from "./computeDeflatedSharpe.ts";
