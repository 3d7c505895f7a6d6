"use strict";
// The page itself: which view stands, when things are sent, what works without a network.
(function (field) {
  const { store, sending, lists, visit, queue } = field;
  const AGAIN = 30000;
  field.outcome = "nothing";
  field.kept = "";

  function view() {
    const [name, rest] = decodeURIComponent(location.hash).split("/");
    if (name === "#list" && rest) return () => lists.people(rest);
    if (name === "#visit" && rest) return () => visit.form(rest);
    return name === "#queue" ? queue.draw : lists.home;
  }

  let drawing = Promise.resolve();

  // One view after the other, so that the last one asked for is the one that stands.
  function draw() {
    drawing = drawing.then(now, now);
    return drawing;
  }

  async function now() {
    await view()();
    await count();
    const here = location.hash === "#queue" ? "#queue" : "";
    document.querySelectorAll("nav a").forEach((one) => {
      if (new URL(one.href).hash === here) one.setAttribute("aria-current", "page");
      else one.removeAttribute("aria-current");
    });
  }

  async function count() {
    const left = await queue.count(), badge = document.getElementById("unsent");
    badge.hidden = !left;
    badge.textContent = left;
  }

  // A form that somebody fills in is never drawn anew under their hands.
  async function refresh() {
    if (location.hash.startsWith("#visit/")) await count();
    else await draw();
  }

  // Send what there is; the count is right afterwards, whatever came of it.
  async function deliver() {
    const left = await store.visits("queue");
    if (left.length) later();
    const outcome = await sending.send();
    const changed = outcome === "sent" || outcome !== field.outcome;
    field.outcome = outcome;
    if (changed) await refresh();
    return outcome;
  }

  // The browser sends for us when the page is closed, where it knows how to.
  function later() {
    if (!navigator.serviceWorker || !self.SyncManager) return;
    navigator.serviceWorker.ready.then((kept) => kept.sync.register("visits")).catch(() => {});
  }

  function listen() {
    const wake = () => { if (!document.hidden) deliver(); };
    self.addEventListener("online", () => { refresh(); deliver(); });
    self.addEventListener("offline", refresh);
    self.addEventListener("pageshow", wake);
    document.addEventListener("visibilitychange", wake);
    self.addEventListener("hashchange", draw);
    setInterval(wake, AGAIN);
    if (!navigator.serviceWorker) return;
    navigator.serviceWorker.addEventListener("message", (event) => {
      if (event.data === "send") deliver();
    });
  }

  // The kit is fetched anew whenever there is a network; without one the last kit serves.
  async function equip() {
    try {
      await sending.kit();
    } catch (lost) {
      if (!(lost instanceof sending.Unsent)) throw lost;
      field.outcome = lost.status === 401 ? "signed out" : field.outcome;
    }
    const kit = await store.get("kit");
    if (kit) await store.tidy(lists.today(), kit.id);
  }

  async function begin() {
    await draw();
    await equip();
    await refresh();
    await deliver();
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  }

  field.deliver = deliver;
  sending.moved = count;
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register("/field/worker.js", { scope: "/field/" }).catch(() => {});
  }
  listen();
  begin();
})(self.field = self.field || {});
