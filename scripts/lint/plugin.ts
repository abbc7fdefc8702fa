import { rooms } from "./rooms.ts";
import type { RuleContext, SyntaxNode } from "./syntax.ts";

type Visitor = Record<string, (node: SyntaxNode) => void>;

const noEnum = {
  create: (context: RuleContext): Visitor => ({
    TSEnumDeclaration: (node) => {
      context.report({ node, message: "Use a union of string literals instead of an enum." });
    },
  }),
};

const noCurrentTime = {
  create(context: RuleContext): Visitor {
    const check = (node: SyntaxNode): void => {
      if (node.callee?.name !== "Date") return;
      // `Date(…)` without `new` ignores its arguments and gives the current time.
      if (node.type === "NewExpression" && node.arguments?.length !== 0) return;
      context.report({ node, message: "Time comes from the room's clock.ts, so that tests can set it." });
    };
    return { NewExpression: check, CallExpression: check };
  },
};

const onlyReExports = {
  create: (context: RuleContext): Visitor => ({
    Program: (program) => {
      for (const node of program.body ?? []) {
        if (node.source) continue;
        context.report({ node, message: "Code in the package's root entry defeats tree-shaking: re-export only." });
      }
    },
  }),
};

/** Lint rules of this repository only. */
export default {
  meta: { name: "project" },
  rules: { rooms, "no-enum": noEnum, "no-current-time": noCurrentTime, "only-re-exports": onlyReExports },
};
