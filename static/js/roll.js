"use strict";
// Calling the roll on site: marks and pictures stay in this browser until the office has them.
(function () {
  const form = document.querySelector("form[data-roll]");
  if (!form) return;
  const words = form.dataset, kept = `roll-call-${words.roll}`, WIDEST = 1600, MOST = 6;
  const rows = Array.from(form.querySelectorAll("[data-contract]"));
  const button = form.querySelector("button[type=submit]");
  const one = (name) => form.querySelector(`[data-${name}]`);
  const fields = ["kind", "place", "reason"].map((name) => form.elements[name]).filter(Boolean);
  let draft = fresh();

  function fresh() {
    return { client_id: form.elements.client_id.value, at: "", marks: {}, shots: [], where: {}, fields: {} };
  }

  // The moment is that of the first mark or picture, however late it is sent.
  function keep() {
    if (!draft.at) draft.at = new Date().toISOString();
    fields.forEach((field) => { draft.fields[field.name] = field.value; });
    let full = false;
    try { localStorage.setItem(kept, JSON.stringify(draft)); } catch (error) {
      full = true;
      try { localStorage.setItem(kept, JSON.stringify(Object.assign({}, draft, { shots: [] }))); } catch (none) { /* as told */ }
    }
    if (full) complain([words.full]);
    show();
  }

  function restore() {
    let found = null;
    try { found = JSON.parse(localStorage.getItem(kept)); } catch (error) { return; }
    if (!found || !found.at) return;
    draft = found;
    fields.forEach((field) => { if (draft.fields[field.name] !== undefined) field.value = draft.fields[field.name]; });
    one("draft").hidden = false;
    one("draft").firstElementChild.textContent = `${words.kept} ${new Date(draft.at).toLocaleString()}`;
  }

  function forget() {
    try { localStorage.removeItem(kept); } catch (error) { /* nothing was kept */ }
  }

  function show() {
    let present = 0, absent = 0;
    rows.forEach((row) => {
      const mark = draft.marks[row.dataset.contract] || "";
      present += mark === "present";
      absent += mark === "absent";
      row.querySelectorAll("button").forEach((choice) => choice.setAttribute("aria-pressed", String(choice.value === mark)));
    });
    const counts = { p: present, a: absent, r: rows.length - present - absent, s: draft.shots.length };
    one("count").textContent = one("count").dataset.words.replace(/{([pars])}/g, (all, name) => counts[name]);
    button.disabled = !draft.at || present + absent === 0;
    one("shots").replaceChildren(...draft.shots.map(thumb));
  }

  function thumb(shot, place) {
    const box = document.createElement("figure"), image = new Image(), away = document.createElement("button");
    image.src = shot;
    image.alt = String(place + 1);
    away.type = "button";
    away.textContent = "×";
    away.setAttribute("aria-label", words.remove);
    away.addEventListener("click", () => { draft.shots.splice(place, 1); keep(); });
    box.append(image, away);
    return box;
  }

  function shrunk(file) {
    return new Promise((done, fail) => {
      const image = new Image(), address = URL.createObjectURL(file);
      image.onerror = () => { URL.revokeObjectURL(address); fail(new Error(words.unread)); };
      image.onload = () => {
        const share = Math.min(1, WIDEST / Math.max(image.naturalWidth, image.naturalHeight));
        const canvas = document.createElement("canvas");
        canvas.width = Math.round(image.naturalWidth * share);
        canvas.height = Math.round(image.naturalHeight * share);
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        URL.revokeObjectURL(address);
        done(canvas.toDataURL("image/jpeg", 0.75));
      };
      image.src = address;
    });
  }

  async function take(event) {
    const files = Array.from(event.target.files);
    complain([]);
    for (const file of files) {
      if (draft.shots.length >= MOST) break;
      try { draft.shots.push(await shrunk(file)); } catch (error) { complain([error.message]); }
    }
    event.target.value = "";
    if (draft.shots.length) keep();
  }

  function locate() {
    const said = one("place");
    if (!said) return;
    if (draft.where.accuracy !== undefined) { said.textContent = `${words.here} ${draft.where.accuracy}`; return; }
    const none = () => { said.textContent = words.nowhere; };
    if (!navigator.geolocation) { none(); return; }
    said.textContent = words.seeking;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      draft.where = {
        longitude: coords.longitude.toFixed(6), latitude: coords.latitude.toFixed(6),
        accuracy: Math.min(Math.round(coords.accuracy), 9999999),
      };
      said.textContent = `${words.here} ${draft.where.accuracy}`;
      if (draft.at) keep();
    }, none, { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
  }

  function blob(shot) {
    const bytes = atob(shot.split(",")[1]);
    return new Blob([Uint8Array.from(bytes, (letter) => letter.charCodeAt(0))], { type: "image/jpeg" });
  }

  // A correction says only what it changes; who is not named stays as before.
  function body() {
    const sent = new FormData(form);
    sent.set("client_id", draft.client_id);
    rows.forEach((row) => {
      const contract = row.dataset.contract, mark = draft.marks[contract];
      if (mark && mark !== row.dataset.mark) sent.append(mark, contract);
    });
    draft.shots.forEach((shot, place) => sent.append("photos", blob(shot), `${place + 1}.jpg`));
    if (!form.elements.reason) {
      sent.set("at", draft.at);
      sent.set("sent_at", new Date().toISOString());
      Object.keys(draft.where).forEach((name) => sent.set(name, draft.where[name]));
    }
    return sent;
  }

  function complain(reasons) {
    const box = one("reasons");
    box.hidden = !reasons.length;
    box.replaceChildren(...reasons.map((reason) => {
      const line = document.createElement("p");
      line.textContent = reason;
      return line;
    }));
  }

  async function send(event) {
    event.preventDefault();
    keep();
    complain([]);
    button.disabled = true;
    one("count").textContent = words.sending;
    let answer = null, said = null;
    try {
      answer = await fetch(location.href, { method: "POST", body: body(), credentials: "same-origin", redirect: "manual" });
      said = await answer.json();
    } catch (error) {
      complain([answer ? words.out : words.offline]);
    }
    if (said && answer.ok) { forget(); location.assign(said.url); return; }
    if (said) complain(said.reasons);
    show();
  }

  rows.forEach((row) => row.addEventListener("click", (event) => {
    const choice = event.target.closest("button");
    if (!choice) return;
    const contract = row.dataset.contract, again = draft.marks[contract] === choice.value;
    draft.marks[contract] = again ? row.dataset.mark : choice.value;
    keep();
  }));
  one("rest").addEventListener("click", () => {
    rows.forEach((row) => { if (!draft.marks[row.dataset.contract]) draft.marks[row.dataset.contract] = "absent"; });
    keep();
  });
  one("find").addEventListener("input", (event) => {
    const wanted = event.target.value.trim();
    rows.forEach((row) => { row.hidden = !row.textContent.includes(wanted); });
  });
  one("camera").addEventListener("change", take);
  one("discard").addEventListener("click", () => { forget(); location.reload(); });
  fields.forEach((field) => field.addEventListener("change", () => { if (draft.at) keep(); }));
  form.addEventListener("submit", send);
  rows.forEach((row) => { if (row.dataset.mark) draft.marks[row.dataset.contract] = row.dataset.mark; });
  restore();
  show();
  locate();
})();
