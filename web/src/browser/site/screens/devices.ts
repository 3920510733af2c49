// The devices of this person.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { Device, Snapshot } from "../model.ts";
import type { App } from "./app.ts";
import { wordList } from "./call.ts";
import { icon } from "./icons.ts";
import { field } from "./join.ts";
import { problemNote } from "./problems.ts";
import { qrCode } from "./qr.ts";
import { t, time, when } from "./text.ts";

const DEVICE_NAME_MOST = 40;

export function devicesScreen(app: App): TemplateResult {
  return html`<section class="narrow">
    <h1 tabindex="-1" data-focus="title">${t("devices.title")}</h1>
    <p class="lead">${t("devices.text")}</p>
    ${problemNote(app.ui.problem)}
    <ul class="devices">${repeat(app.now.devices, (device) => device.id, (device) => row(app, device))}</ul>
    <p class="protection">${t("devices.protection", { how: t(`devices.protection.${app.now.protection}`) })}</p>
    ${addDevice(app)}
  </section>`;
}

function row(app: App, device: Device): TemplateResult {
  return html`<li class="device">
    ${app.ui.renaming === device.id ? renaming(app, device) : html`
      <div class="who">
        <span class="name">${device.name}${device.thisOne ? html` <span class="you">${t("devices.this")}</span>` : nothing}</span>
        <span class="standing"><span>${t(`device.${device.kind}`)}</span>
          <span>${t("devices.added", { when: when(device.addedAt) })}</span>
          <span>${device.vouchedBy === undefined ? t("devices.first") : t("devices.vouched", { device: device.vouchedBy })}</span></span>
      </div>
      <div class="row-actions">
        <button type="button" class="link" data-focus="rename-${device.id}" aria-label=${t("devices.rename.name", { device: device.name })}
          @click=${() => {
            app.set({ renaming: device.id, removing: undefined });
            app.focus("device-name");
          }}>${t("devices.rename")}</button>
        <button type="button" class="link danger" data-focus="remove-${device.id}" aria-label=${t("devices.remove.name", { device: device.name })}
          @click=${() => {
            app.set({ removing: device.id });
            app.focus("remove-title");
          }}>${t("devices.remove")}</button>
      </div>`}
    ${app.ui.removing === device.id ? removing(app, device) : nothing}
  </li>`;
}

function renaming(app: App, device: Device): TemplateResult {
  const close = () => {
    app.set({ renaming: undefined });
    app.focus(`rename-${device.id}`);
  };
  return html`<form class="rename" @submit=${(event: SubmitEvent) => {
    event.preventDefault();
    void app.rename(device.id, field(event, "name").trim());
  }}>
    <label for="device-name">${t("devices.name")}</label>
    <input id="device-name" name="name" required maxlength=${DEVICE_NAME_MOST} autocomplete="off" data-focus="device-name"
      .defaultValue=${device.name}>
    <div class="actions">
      <button type="submit" class="primary" ?disabled=${app.ui.busy}>${t("devices.save")}</button>
      <button type="button" class="quiet" @click=${close}>${t("devices.cancel")}</button>
    </div>
  </form>`;
}

function removing(app: App, device: Device): TemplateResult {
  const close = () => {
    app.set({ removing: undefined });
    app.focus(`remove-${device.id}`);
  };
  return html`<div class="note bad" role="group" aria-labelledby="remove-title">
    <p id="remove-title" class="note-title" tabindex="-1" data-focus="remove-title">${t("devices.remove.title", { device: device.name })}</p>
    <p>${t("devices.remove.text")} ${device.thisOne ? t("devices.remove.this") : ""}</p>
    <div class="actions">
      <button type="button" class="bad" ?disabled=${app.ui.busy} @click=${() => app.remove(device.id)}>${t("devices.remove.yes")}</button>
      <button type="button" class="quiet" @click=${close}>${t("devices.cancel")}</button>
    </div>
  </div>`;
}

function addDevice(app: App): TemplateResult {
  const made = app.ui.deviceLink;
  return html`<section class="add-device" aria-labelledby="add-title">
    <h2 id="add-title">${t("link.title")}</h2>
    ${made === undefined ? html`
      <p>${t("link.text")}</p>
      <p class="actions"><button type="button" class="quiet" ?disabled=${app.ui.busy} @click=${app.linkDevice}>
        ${icon("plus")}${t("link.make")}
      </button></p>` : html`
      ${qrCode(made.code, t("hand.code"))}
      <label for="made-link">${t("link.made")}</label>
      <div class="copy">
        <input id="made-link" readonly autocomplete="off" .value=${made.link} @focus=${(event: Event) => (event.target as HTMLInputElement).select()}>
        <button type="button" class="primary" @click=${() => app.copy(made.link)}>${t("link.copy")}</button>
      </div>
      <p class="hint"><span role="status">${app.ui.copied ? `${t("link.copied")}. ` : ""}</span>${t("link.until", { time: time(made.expires) })}</p>`}
  </section>`;
}

/** Another device asks to be one of this person's: nothing else can be done before it is answered. */
export function vouchDialog(app: App, request: NonNullable<Snapshot["linkRequest"]>): TemplateResult {
  return html`<div class="over">
    <section class="sheet dialog" role="alertdialog" aria-modal="true" aria-labelledby="vouch-title" aria-describedby="vouch-text">
      <h1 id="vouch-title" tabindex="-1" data-focus="vouch">${t("vouch.title")}</h1>
      <p id="vouch-text" class="lead">${t("vouch.text", { kind: t(`device.${request.kind}`) })}</p>
      ${wordList(request.words)}
      ${problemNote(app.ui.problem)}
      <div class="actions">
        <button type="button" class="good" ?disabled=${app.ui.busy} @click=${() => app.vouch(true)}>${icon("tick")}${t("vouch.accept")}</button>
        <button type="button" class="bad" ?disabled=${app.ui.busy} @click=${() => app.vouch(false)}>${icon("cross")}${t("vouch.refuse")}</button>
      </div>
    </section>
  </div>`;
}
