"use strict";
// Where the phone is and what its camera sees; neither keeps anybody from checking in.
(function (phone) {
  const WAIT = 20000, WIDEST = 640, QUALITY = 0.7;

  // A place nearer than a metre is made up; the server is told, nothing is refused.
  function told(found) {
    const at = found.coords;
    return {
      longitude: Number(at.longitude.toFixed(6)), latitude: Number(at.latitude.toFixed(6)),
      accuracy: Math.min(Math.round(at.accuracy), 9999999), mock: at.accuracy < 1,
    };
  }

  // The place, or nothing after a while: the clock is ours, for some phones never answer.
  function place() {
    return new Promise((done) => {
      const none = () => done({});
      setTimeout(none, phone.senses.wait + 1000);
      if (!navigator.geolocation) { none(); return; }
      const how = { enableHighAccuracy: true, timeout: phone.senses.wait, maximumAge: 30000 };
      navigator.geolocation.getCurrentPosition((found) => done(told(found)), none, how);
    });
  }

  async function watch(video) {
    const wanted = { audio: false, video: { facingMode: "user", width: { ideal: WIDEST } } };
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    video.srcObject = stream;
    video.muted = true;
    await video.play();
    return () => stream.getTracks().forEach((track) => track.stop());
  }

  function shrunk(source, width, height) {
    const share = Math.min(1, WIDEST / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * share);
    canvas.height = Math.round(height * share);
    canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
    return new Promise((done, fail) => {
      const give = (blob) => blob ? done(new Response(blob).arrayBuffer()) : fail(new Error("jpeg"));
      canvas.toBlob(give, "image/jpeg", QUALITY);
    });
  }

  const ofVideo = (video) => shrunk(video, video.videoWidth, video.videoHeight);

  function ofFile(file) {
    return new Promise((done, fail) => {
      const image = new Image(), address = URL.createObjectURL(file);
      const end = () => URL.revokeObjectURL(address);
      image.onload = () => { done(shrunk(image, image.naturalWidth, image.naturalHeight)); end(); };
      image.onerror = () => { fail(new Error("image")); end(); };
      image.src = address;
    });
  }

  phone.senses = { place, watch, ofVideo, ofFile, wait: WAIT };
})(self.phone = self.phone || {});
