// The page of components: every screen in every state, on fixtures. Built, and never served by an office.

import { html, render } from "lit-html";
import type { Known } from "./model.ts";

const ALL: Known[] = [
  { kind: "vouched-for-by-office", office: "chancellery.example" },
  { kind: "office-not-compared", office: "chancellery.example" },
  { kind: "compared", at: 1_700_000_000_000, devicesAddedSince: 0 },
  { kind: "new-device", addedAt: 1_700_000_000_000, vouchedBy: "Desk telephone" },
  { kind: "not-who-you-compared", at: 1_700_000_000_000 },
];

render(html`<ul>${ALL.map((known) => html`<li>${known.kind}</li>`)}</ul>`, document.body);
