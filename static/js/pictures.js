"use strict";
// Looking through pictures by the keyboard: arrows choose one, a number answers, Enter sends.
(function () {
  const room = document.querySelector("[data-pictures]");
  if (!room) return;
  const forms = Array.from(room.querySelectorAll("[data-picture]"));
  const marked = forms.find((form) => form.querySelector("input[type=radio]:checked"));
  let at = Math.max(0, forms.indexOf(marked));

  function choose(next) {
    at = (next + forms.length) % forms.length;
    forms.forEach((form, place) => form.toggleAttribute("data-chosen", place === at));
    forms[at].querySelector("input[type=radio]").focus({ preventScroll: true });
    forms[at].scrollIntoView({ block: "nearest" });
  }

  function answer(form, radio) {
    radio.checked = true;
    const note = form.elements.note;
    if (["fine", "unclear"].includes(radio.value)) form.querySelector("button").focus();
    else note.focus();
  }

  room.addEventListener("focusin", (event) => {
    const place = forms.indexOf(event.target.closest("[data-picture]"));
    if (place < 0 || place === at) return;
    at = place;
    forms.forEach((form, other) => form.toggleAttribute("data-chosen", other === at));
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const writing = event.target.matches("input[type=text], select");
    if (!writing && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      event.preventDefault();
      choose(at + (event.key === "ArrowRight" ? 1 : -1));
    }
    const radio = writing ? null : forms[at].querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (radio) { event.preventDefault(); answer(forms[at], radio); }
  });
  choose(at);
})();
