// The part of lit-html (https://lit.dev, BSD-3-Clause) that the screens use. What Maven brings of it has no types.

/** A template and its values. */
export interface TemplateResult {
  readonly strings: TemplateStringsArray;
  readonly values: unknown[];
}

export function html(strings: TemplateStringsArray, ...values: unknown[]): TemplateResult;
export function svg(strings: TemplateStringsArray, ...values: unknown[]): TemplateResult;

/** Renders nothing in a child, and takes an attribute away. */
export const nothing: unique symbol;

export function render(value: unknown, container: HTMLElement | DocumentFragment): unknown;
