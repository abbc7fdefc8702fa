// Loaded when it is first needed.
export { reconcile } from "./reconcile.ts";
export { findUnresolvedOrders, reconcileRecord } from "./unresolvedOrders.ts";
