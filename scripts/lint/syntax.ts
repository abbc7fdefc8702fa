// The little that our lint rules need to know of oxlint's plugin interface and of its syntax tree.

export interface SyntaxNode {
  readonly type: string;
  /** Of an import, an export or a dynamic import. */
  readonly source?: { readonly value?: unknown } | null;
  /** Of a call and of `new`. */
  readonly callee?: { readonly type: string; readonly name?: string };
  readonly arguments?: readonly SyntaxNode[];
  /** Of the whole file. */
  readonly body?: readonly SyntaxNode[];
}

export interface RuleContext {
  readonly filename: string;
  readonly cwd: string;
  readonly options: readonly unknown[];
  report(problem: { readonly node: SyntaxNode; readonly message: string }): void;
}
