import type { TemplateResult } from "./lit-html.d.ts";

export function repeat<T>(
  items: Iterable<T>,
  key: (item: T, index: number) => unknown,
  template: (item: T, index: number) => TemplateResult,
): unknown;
