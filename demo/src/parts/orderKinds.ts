const KIND_NAMES: Readonly<Record<string, string>> = {
  limit: "limit",
  stop_loss: "stop loss",
  take_profit: "take profit",
};

/** The type of an order in words. */
export const kindName = (type: string): string => KIND_NAMES[type] ?? type;
