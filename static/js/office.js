"use strict";
// Rows are picked and walked through from the keyboard; everything else works without scripts.

function countPicked(form) {
  const picked = form.querySelectorAll('input[name="pk"]:checked').length;
  const rows = form.querySelectorAll('input[name="pk"]').length;
  const words = form.querySelector("[data-picked]");
  form.querySelectorAll("[data-pick-all]").forEach((box) => {
    box.checked = picked === rows;
    box.indeterminate = picked > 0 && picked < rows;
  });
  if (words) words.textContent = `${words.dataset.words}: ${picked}`;
  form.querySelectorAll("button[formaction]").forEach((button) => (button.disabled = !picked));
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form || !form.querySelector("[data-pick-all]")) return;
  if (event.target.matches("[data-pick-all]")) {
    form.querySelectorAll('input[name="pk"]').forEach((box) => (box.checked = event.target.checked));
  }
  countPicked(form);
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches("[data-rows] a")) return;
  const links = [...document.querySelectorAll("[data-rows] tbody tr")].map((row) => row.querySelector("a"));
  const next = links[links.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

window.addEventListener("pageshow", () => {
  // A page shown again by the back button keeps the buttons that its last submit switched off.
  document.querySelectorAll("form button[disabled]:not([data-grid-save])").forEach((button) => (button.disabled = false));
  document.querySelectorAll("[data-pick-all]").forEach((box) => countPicked(box.form));
});
