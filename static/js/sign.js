"use strict";
// Signing on a phone: draw, read aloud, note that the text was read to its end. No library.
(function () {
  const form = document.querySelector("form[data-sign]");
  const article = document.querySelector("[data-read]");

  function speak() {
    const button = document.querySelector("[data-speak]");
    if (!button || !window.speechSynthesis || !window.SpeechSynthesisUtterance) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const going = speechSynthesis.speaking;
      speechSynthesis.cancel();
      if (going) return;
      // Some voices stop after a few hundred characters, so every sentence is said by itself.
      document.querySelectorAll("[data-aloud]").forEach((part) => {
        const said = new SpeechSynthesisUtterance(part.textContent.trim());
        said.lang = "zh-CN";
        said.rate = 0.85;
        speechSynthesis.speak(said);
      });
    });
    window.addEventListener("pagehide", () => speechSynthesis.cancel());
  }

  function noteReading() {
    const end = document.querySelector("[data-end]");
    if (!article || !end) return;
    let noted = false;
    const note = () => {
      if (noted || end.getBoundingClientRect().top > window.innerHeight) return;
      noted = true;
      if (form) form.elements.read.value = "1";
      const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
      fetch(article.dataset.read, {
        method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token },
      }).catch(() => {}); // The form says it once more.
    };
    window.addEventListener("scroll", note, { passive: true });
    note();
  }

  // The strokes are kept as shares of the width, so that turning the phone loses nothing.
  const strokes = [];
  let open = null;

  function paint(canvas) {
    const box = canvas.getBoundingClientRect();
    const dense = Math.min(window.devicePixelRatio || 1, 3);
    canvas.width = Math.round(box.width * dense);
    canvas.height = Math.round(box.height * dense);
    const pen = canvas.getContext("2d");
    pen.scale(dense, dense);
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = pen.fillStyle = "#141e5a";
    strokes.forEach((stroke) => {
      const points = stroke.map(([x, y]) => [x * box.width, y * box.width]);
      pen.beginPath();
      pen.moveTo(points[0][0], points[0][1]);
      points.forEach(([x, y]) => pen.lineTo(x, y));
      if (points.length === 1) pen.arc(points[0][0], points[0][1], 2, 0, 7);
      pen.stroke();
    });
  }

  function spot(canvas, event) {
    const box = canvas.getBoundingClientRect();
    const at = event.touches ? event.touches[0] : event;
    return [(at.clientX - box.left) / box.width, (at.clientY - box.top) / box.width];
  }

  function draw(canvas) {
    const begin = (event) => {
      if (event.button) return;
      event.preventDefault();
      if (event.pointerId !== undefined && canvas.setPointerCapture) {
        try { canvas.setPointerCapture(event.pointerId); } catch (gone) { /* the finger left */ }
      }
      open = [spot(canvas, event)];
      strokes.push(open);
      paint(canvas);
    };
    const go = (event) => {
      if (!open) return;
      event.preventDefault();
      open.push(spot(canvas, event));
      paint(canvas);
    };
    const stop = () => { open = null; };
    const on = (name, act) => canvas.addEventListener(name, act, { passive: false });
    if (window.PointerEvent) {
      on("pointerdown", begin); on("pointermove", go); on("pointerup", stop); on("pointercancel", stop);
    } else {
      on("touchstart", begin); on("touchmove", go); on("touchend", stop);
      on("mousedown", begin); on("mousemove", go); window.addEventListener("mouseup", stop);
    }
    window.addEventListener("resize", () => paint(canvas));
    paint(canvas);
  }

  function askPlace() {
    if (!navigator.geolocation) return;
    navigator.geolocation.getCurrentPosition((found) => {
      form.elements.latitude.value = found.coords.latitude.toFixed(6);
      form.elements.longitude.value = found.coords.longitude.toFixed(6);
    }, () => {}, { timeout: 15000, maximumAge: 600000 });
  }

  function begin() {
    const canvas = form.querySelector("canvas");
    const wrong = form.querySelector("[data-empty]");
    draw(canvas);
    form.querySelector("[data-clear]").addEventListener("click", () => {
      strokes.length = 0;
      paint(canvas);
    });
    form.querySelector("[data-place]").addEventListener("change", (event) => {
      if (event.target.checked) askPlace();
      else form.elements.latitude.value = form.elements.longitude.value = "";
    });
    form.addEventListener("submit", (event) => {
      const drawn = strokes.reduce((sum, stroke) => sum + stroke.length, 0) >= 8;
      wrong.hidden = drawn;
      if (!drawn) {
        event.preventDefault();
        canvas.scrollIntoView({ block: "center" });
        return;
      }
      form.elements.picture.value = canvas.toDataURL("image/png");
      form.querySelector("button[type=submit]").disabled = true;
    });
  }

  speak();
  if (form) begin();
  noteReading();
})();
