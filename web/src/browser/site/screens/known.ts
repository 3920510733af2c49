// What may be said of a person: in a line for lists, in sentences for whoever has to decide.

import { html, type TemplateResult } from "lit-html";
import type { Known, Person } from "../model.ts";
import { seal } from "./icons.ts";
import { counted, date, type Key, t, when } from "./text.ts";

const SHORT: Record<Known["kind"], Key> = {
  "compared": "known.compared.short",
  "vouched-for-by-office": "known.vouched.short",
  "new-device": "known.new.short",
  "office-not-compared": "known.office.short",
  "not-who-you-compared": "known.not.short",
};

export function knownInShort(known: Known): string {
  return t(SHORT[known.kind]);
}

export function knownLine(known: Known): TemplateResult {
  return html`<span class="known ${known.kind}">${knownInShort(known)}</span>`;
}

/** Seal, what it means, and since when. */
export function knownBlock(known: Known): TemplateResult {
  return html`<div class="known-block ${known.kind}">
    ${seal(known.kind)}
    <div>
      <p class="known-title">${knownInShort(known)}</p>
      <p>${sentences(known)}</p>
    </div>
  </div>`;
}

function sentences(known: Known): string {
  switch (known.kind) {
    case "compared": {
      const added = known.devicesAddedSince;
      const since = added === 0 ? t("known.compared.same") : counted("known.compared.devices", added);
      return `${t("known.compared.long", { date: date(known.at) })} ${since}`;
    }
    case "vouched-for-by-office":
      return t("known.vouched.long", { office: known.office });
    case "new-device":
      return t("known.new.long", { when: when(known.addedAt), device: known.vouchedBy });
    case "office-not-compared":
      return t("known.office.long", { office: known.office });
    case "not-who-you-compared":
      return t("known.not.long", { date: date(known.at) });
  }
}

/** Title and office, which are as much of a person as the name is. */
export function standing(person: Person): TemplateResult {
  return html`<span class="standing"><span>${person.title}</span> <span class="office">${person.office}</span></span>`;
}
