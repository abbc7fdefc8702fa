export { computeDeflatedSharpe, type ComputeDeflatedSharpeInput } from "./computeDeflatedSharpe.ts";
