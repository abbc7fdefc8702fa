// Compiled, never run: which unions are closed, and which accept members that the platform may add.
import { expectTypeOf } from "vitest";
import type {
  AccountInfo,
  AccountMode,
  AccountStatus,
  AgentStatus,
  BacktestStatus,
  CandleUpdate,
  DecisionDirection,
  FeedbackStatus,
  Health,
  HealthStatus,
  Login,
  Order,
  OrderIntent,
  OrderStatus,
  OrderType,
  OrderUpdate,
  PairStatus,
  Performance,
  Pnl,
  Side,
  StrategyComparison,
  StrategyStatus,
  TestStatus,
  Trade,
  TrainingStatus,
  UpdateSource,
  VersionStatus,
  Webhook,
} from "agentexchange";

expectTypeOf<Side>().toEqualTypeOf<"buy" | "sell">();
expectTypeOf<OrderType>().toEqualTypeOf<"market" | "limit" | "stop_loss" | "take_profit">();
expectTypeOf<UpdateSource>().toEqualTypeOf<"stream" | "poll">();
expectTypeOf<Order["side"]>().toEqualTypeOf<Side>();
expectTypeOf<Trade["side"]>().toEqualTypeOf<Side>();
expectTypeOf<OrderUpdate["side"]>().toEqualTypeOf<Side>();
expectTypeOf<OrderIntent["side"]>().toEqualTypeOf<Side>();
expectTypeOf<Order["type"]>().toEqualTypeOf<OrderType>();
expectTypeOf<OrderUpdate["type"]>().toEqualTypeOf<OrderType>();
expectTypeOf<OrderIntent["type"]>().toEqualTypeOf<OrderType>();

type Added = "added by the platform";
expectTypeOf<Added>().toExtend<OrderStatus>();
expectTypeOf<Added>().toExtend<OrderUpdate["status"]>();
expectTypeOf<Added>().toExtend<AccountStatus>();
expectTypeOf<Added>().toExtend<AccountInfo["status"]>();
expectTypeOf<Added>().toExtend<AgentStatus>();
expectTypeOf<Added>().toExtend<AccountMode["mode"]>();
expectTypeOf<Added>().toExtend<DecisionDirection>();
expectTypeOf<Added>().toExtend<FeedbackStatus>();
expectTypeOf<Added>().toExtend<BacktestStatus>();
expectTypeOf<Added>().toExtend<HealthStatus>();
expectTypeOf<Added>().toExtend<Health["status"]>();
expectTypeOf<Added>().toExtend<PairStatus>();
expectTypeOf<Added>().toExtend<StrategyStatus>();
expectTypeOf<Added>().toExtend<TestStatus>();
expectTypeOf<Added>().toExtend<TrainingStatus>();
expectTypeOf<Added>().toExtend<VersionStatus>();
expectTypeOf<Added>().toExtend<Webhook["events"][number]>();
expectTypeOf<Added>().toExtend<CandleUpdate["interval"]>();
expectTypeOf<Added>().toExtend<Performance["period"]>();
expectTypeOf<Added>().toExtend<Pnl["period"]>();
expectTypeOf<Added>().toExtend<StrategyComparison["rankingMetric"]>();
expectTypeOf<Added>().toExtend<Login["tokenType"]>();

// The status that narrows an order lists the known members only.
expectTypeOf<Order["status"]>().toEqualTypeOf<
  "pending" | "filled" | "cancelled" | "expired" | "partially_filled" | "rejected"
>();
