// A QR code, drawn here: nobody else's program sees what is in it.

import { html, nothing, svg, type TemplateResult } from "lit-html";

/** Modules of quiet around a code (ISO/IEC 18004). */
const QUIET = 4;

/** Dark on white in either theme: cameras want it so. Of no rows there is no code. */
export function qrCode(rows: string[], label: string): TemplateResult | typeof nothing {
  if (rows.length === 0) {
    return nothing;
  }
  const size = rows.length + 2 * QUIET;
  const dark = rows
    .flatMap((row, y) => [...row].map((module, x) => module === "1" ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : ""))
    .join("");
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label=${label} shape-rendering="crispEdges">
    ${svg`<path class="light" d="M0 0h${size}v${size}H0z"></path><path class="dark" d=${dark}></path>`}
  </svg>`;
}
