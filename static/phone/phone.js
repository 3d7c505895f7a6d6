"use strict";
// The page itself: which view stands, when things are sent.
(function (phone) {
  const { parts, store, sending, views, today, entry } = phone;
  const AGAIN = 30000;
  const TABS = { "": today.draw, "#days": views.days, "#pay": views.pay, "#paper": views.paper,
    "#looks": views.looks };
  let let_in = false;

  const tab = () => {
    const name = location.hash.split("/")[0];
    return name in TABS ? name : "";
  };

  function draw() {
    if (!let_in) return undefined;
    document.querySelectorAll("nav a").forEach((link) => {
      const here = new URL(link.href).hash === tab();
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    return TABS[tab()]();
  }

  async function count() {
    const left = await sending.unsent();
    const badge = document.getElementById("unsent");
    badge.hidden = !left.record;
    badge.textContent = left.record;
    if (tab() === "" && let_in) await today.draw();
  }

  async function deliver() {
    if (!let_in) return "";
    const left = await sending.unsent();
    if (left.record || left.photo) later();
    const outcome = await sending.send();
    if (outcome === "sent") await today.refresh(left.record > 0);
    await count();
    const lost = document.getElementById("not-sent");
    if (lost && outcome === "unsent" && navigator.onLine) lost.hidden = false;
    return outcome;
  }

  // The browser sends for us when the page is closed, where it knows how to.
  function later() {
    if (!navigator.serviceWorker || !self.SyncManager) return;
    navigator.serviceWorker.ready.then((kept) => kept.sync.register("send")).catch(() => {});
  }

  function listen() {
    const wake = () => { if (!document.hidden) deliver(); };
    self.addEventListener("online", () => { count(); deliver(); });
    self.addEventListener("offline", count);
    self.addEventListener("pageshow", wake);
    document.addEventListener("visibilitychange", wake);
    self.addEventListener("hashchange", () => { today.forget(); draw(); });
    setInterval(wake, AGAIN);
    if (!navigator.serviceWorker) return;
    navigator.serviceWorker.addEventListener("message", (event) => {
      if (event.data === "send") deliver();
    });
  }

  async function begin() {
    if (!phone.signing.fits()) { entry.unable(); return; }
    const card = entry.onCard(), me = await store.get("me");
    let_in = Boolean(me) && !card;
    document.querySelector("nav").hidden = !let_in;
    if (card) await entry.offered(card);
    else if (!me) entry.stranger();
    else {
      await draw();
      await deliver();
    }
  }

  let seen = 0;
  sending.moved = () => {
    if (Date.now() - seen < 1000) return;
    seen = Date.now();
    count();
  };
  phone.begin = begin;
  phone.deliver = deliver;
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register("/m/worker.js", { scope: "/m/" }).catch(() => {});
  }
  listen();
  begin();
})(self.phone = self.phone || {});
