"use strict";
// Take the coordinates of a place of work from the phone that stands there.

const button = document.querySelector("[data-place]");
const said = document.querySelector("[data-place-said]");

function fill(name, value) {
  const field = document.querySelector(`input[name="${name}"]`);
  field.value = value.toFixed(6);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

button.addEventListener("click", () => {
  said.textContent = button.dataset.waiting;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      fill("longitude", coords.longitude);
      fill("latitude", coords.latitude);
      said.textContent = `${button.dataset.found} ${Math.round(coords.accuracy)}`;
    },
    () => (said.textContent = button.dataset.failed),
    { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 },
  );
});
