// Drawings, in the colour of the text around them. They say nothing that the words beside them do not.

import { html, svg, type TemplateResult } from "lit-html";
import type { Known } from "../model.ts";

const PATHS = {
  handset:
    "M6.6 3.5 9 3l2 4.6-2 1.6c.9 2.3 2.5 3.9 4.8 4.8l1.6-2L20 14l-.5 2.4c-.3 1.6-1.7 2.7-3.3 2.6C9.9 18.6 4.9 13.1 4.5 6.8c-.1-1.6 .9-3 2.1-3.3Z",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6 9c0-3.6 2.6-6 6-6s6 2.4 6 6M16 4.5a3.3 3.3 0 0 1 0 6.2M17.5 14.3c2.2.7 3.5 2.8 3.5 5.7",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5.3l3.5 2",
  devices: "M3 6.5A1.5 1.5 0 0 1 4.5 5h11A1.5 1.5 0 0 1 17 6.5V9M3 6.5V16h9M2 19h10M15.5 9h4A1.5 1.5 0 0 1 21 10.5v8a1.5 1.5 0 0 1-1.5 1.5h-4a1.5 1.5 0 0 1-1.5-1.5v-8A1.5 1.5 0 0 1 15.5 9Z",
  help: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.6 9.5c.1-1.5 1.1-2.4 2.5-2.4s2.4.9 2.4 2.2c0 1.8-2.5 2-2.5 4.1M12 16.6v.2",
  microphone: "M12 14.5a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3ZM6 11.5a6 6 0 0 0 12 0M12 17.5V21",
  muted: "M4 4l16 16M15 10V6.5a3 3 0 0 0-5.6-1.5M9 9.5v2a3 3 0 0 0 4.5 2.6M6 11.5a6 6 0 0 0 9.5 4.9M18 11.5c0 .6-.1 1.2-.3 1.8M12 17.5V21",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4ZM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  tick: "m5 12.5 4.5 4.5L19 7",
  cross: "M6 6l12 12M18 6 6 18",
  desk: "M3 18h18M5 18a7 7 0 0 1 14 0M12 11V8.5M10 8.5h4",
  line: "M4 12.500a5 5 0 0 1 5-5h2M20 11.500a5 5 0 0 1-5 5h-2M9 12h6M13 7.500h2a5 5 0 0 1 5 4M11 16.500H9a5 5 0 0 1-5-4",
  plus: "M12 5v14M5 12h14",
} as const;

export type Icon = keyof typeof PATHS;

export function icon(name: Icon): TemplateResult {
  return html`<svg class="icon ${name === "handset" ? "solid" : ""}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${PATHS[name]}></path>
  </svg>`;
}

/** How somebody is known, by shape as well as by colour: one look has to do, also for who sees no colours. */
export function seal(kind: Known["kind"] | "self"): TemplateResult {
  return html`<svg class="seal ${kind}" viewBox="0 0 40 40" aria-hidden="true" focusable="false">${shape(kind)}</svg>`;
}

function shape(kind: Known["kind"] | "self"): TemplateResult {
  switch (kind) {
    case "self":
      return svg`<circle class="line" cx="20" cy="20" r="16"></circle><circle class="fill" cx="20" cy="20" r="4"></circle>`;
    case "compared":
      // Whole and filled: two people have made sure.
      return svg`<circle class="fill" cx="20" cy="20" r="17"></circle>
        <circle class="inlay" cx="20" cy="20" r="13.5"></circle>
        <path class="mark" d="m13.5 20.5 4.5 4.5 8.8-9.5"></path>`;
    case "vouched-for-by-office":
      // A ring with a house in it: an office stands for it, nobody has looked.
      return svg`<circle class="line" cx="20" cy="20" r="16"></circle>
        <path class="line" d="M12 17.5 20 12l8 5.5M14.5 18v8M20 18v8M25.5 18v8M12 28h16"></path>`;
    case "new-device":
      return svg`<circle class="line dashed" cx="20" cy="20" r="16"></circle>
        <path class="line" d="M15.5 11.5h9v17h-9zM20 16.5v6M17 19.5h6"></path>`;
    case "office-not-compared":
      return svg`<circle class="line dashed" cx="20" cy="20" r="16"></circle>
        <path class="line" d="M16 16.5c.1-2.6 1.7-4 4-4s4 1.5 4 3.7c0 3-4 3.3-4 6.6M20 27v.3"></path>`;
    case "not-who-you-compared":
      // The only one with corners.
      return svg`<path class="fill" d="M13 3.5h14L36.5 13v14L27 36.5H13L3.5 27V13Z"></path>
        <path class="mark" d="M20 11v11.5M20 28.2v.4"></path>`;
  }
}
