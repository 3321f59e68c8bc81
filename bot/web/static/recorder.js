// A voice message, recorded in the browser: in Ogg where the browser can, which phones' messengers play as it is.

const WISHES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];
const LONGEST = 5 * 60 * 1000;

export const canRecord = Boolean(window.MediaRecorder && navigator.mediaDevices?.getUserMedia);

// Begins at once; `stop` gives the sound, `drop` forgets it. Rejects where the microphone is not allowed.
export async function record(ended) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const mimeType = WISHES.find((wish) => MediaRecorder.isTypeSupported(wish));
  const recorder = new MediaRecorder(stream, { ...(mimeType ? { mimeType } : {}), audioBitsPerSecond: 32000 });
  const parts = [];
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  const sound = new Promise((done) => {
    recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      done(new Blob(parts, { type: recorder.mimeType }));
    }, { once: true });
  });
  recorder.start();
  const timer = setTimeout(() => ended?.(), LONGEST);
  const halt = () => { clearTimeout(timer); if (recorder.state !== "inactive") recorder.stop(); };
  return { stop: () => { halt(); return sound; }, drop: () => { parts.length = 0; halt(); } };
}
