"use strict";
// The few pieces that all views are made of, and how days and times are written.
(function (phone) {
  const say = phone.say;

  // An element; a part that is missing is left out.
  function h(name, fields, ...parts) {
    const made = document.createElement(name);
    Object.keys(fields || {}).forEach((key) => {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), fields[key]);
      else if (key in made) made[key] = fields[key];
      else made.setAttribute(key, fields[key]);
    });
    parts.forEach((part) => {
      if (part === null || part === undefined || part === false) return;
      if (Array.isArray(part)) part.forEach((one) => made.append(one));
      else made.append(part);
    });
    return made;
  }

  const button = (words, act, look) =>
    h("button", { type: "button", className: look || "", onclick: act }, words);
  const note = (words, look) => h("p", { className: "note " + (look || "") }, words);

  function show(...parts) {
    const main = document.getElementById("content");
    main.textContent = "";
    parts.forEach((part) => { if (part) main.append(part); });
  }

  // The office's clock is China's, wherever the phone thinks it is.
  const here = (moment) => new Date(new Date(moment).getTime() + 8 * 3600 * 1000);
  const dayOf = (moment) => here(moment).toISOString().slice(0, 10);
  const timeOf = (moment) => here(moment).toISOString().slice(11, 16);
  const now = () => new Date().toISOString();

  function spoken(day) {
    const [, month, date] = day.split("-").map(Number);
    return say("day", { month, day: date });
  }

  function weekday(day) {
    return "星期" + phone.words.weekdays[new Date(day + "T00:00:00Z").getUTCDay()];
  }

  phone.parts = { h, button, note, show, dayOf, timeOf, now, spoken, weekday };
})(self.phone = self.phone || {});
