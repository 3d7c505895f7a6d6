"use strict";
// Signatures drawn with a finger, kept as lines, and pictures made small enough to send.
(function (field) {
  const { h, button } = self.phone.parts;
  const WIDE = 1000, HIGH = 500, NEAR = 4, MOST = 3900;
  const WIDEST = 1280, QUALITY = 0.75;

  const inside = (value, most) => Math.max(0, Math.min(most, Math.round(value)));

  function spot(canvas, event) {
    const box = canvas.getBoundingClientRect();
    return [inside((event.clientX - box.left) / box.width * WIDE, WIDE),
      inside((event.clientY - box.top) / box.height * HIGH, HIGH)];
  }

  function paint(canvas, path) {
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, WIDE, HIGH);
    pen.lineWidth = 8;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#141e5a";
    pen.stroke(new Path2D(path));
  }

  // A field to sign in: `changed` hears the lines so far after every stroke.
  function pad(words, path, changed, clear) {
    const canvas = h("canvas", { width: WIDE, height: HIGH });
    canvas.setAttribute("aria-label", words);
    let lines = path || "", last = null;
    const begin = (event) => {
      event.preventDefault();
      if (canvas.setPointerCapture) canvas.setPointerCapture(event.pointerId);
      last = spot(canvas, event);
      lines += "M" + last.join(" ") + "L" + last.join(" ");
      paint(canvas, lines);
    };
    const move = (event) => {
      if (!last) return;
      const at = spot(canvas, event);
      if (Math.abs(at[0] - last[0]) + Math.abs(at[1] - last[1]) < NEAR) return;
      if (lines.split(/[ML]/).length > MOST) return;
      last = at;
      lines += "L" + at.join(" ");
      paint(canvas, lines);
    };
    const end = () => { if (last) { last = null; changed(lines); } };
    canvas.addEventListener("pointerdown", begin);
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    if (lines) paint(canvas, lines);
    const anew = () => { lines = ""; paint(canvas, ""); changed(""); };
    return h("section", { className: "signing" }, h("h3", {}, words),
      h("div", { className: "pad" }, canvas), button(clear, anew));
  }

  function drawn(image) {
    const share = Math.min(1, WIDEST / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.naturalWidth * share);
    canvas.height = Math.round(image.naturalHeight * share);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done, fail) => {
      const give = (blob) => blob ? done(new Response(blob).arrayBuffer()) : fail(new Error("jpeg"));
      canvas.toBlob(give, "image/jpeg", QUALITY);
    });
  }

  // The bytes of a picture from the camera, without what the camera wrote beside it.
  function small(file) {
    return new Promise((done, fail) => {
      const image = new Image(), address = URL.createObjectURL(file);
      const end = () => URL.revokeObjectURL(address);
      image.onload = () => { done(drawn(image)); end(); };
      image.onerror = () => { fail(new Error("image")); end(); };
      image.src = address;
    });
  }

  function same(one, other) {
    const a = new Uint8Array(one), b = new Uint8Array(other);
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }

  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("")
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  field.drawing = { pad, small, same, uuid };
})(self.field = self.field || {});
