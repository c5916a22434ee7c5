/* A photo of a phone is far larger than a page needs; whoever wants may send it as it is. */
"use strict";
const photos = (() => {
  const LARGE = 2 * 1024 * 1024, LONGEST_SIDE = 2560;
  const english = document.documentElement.lang === "en";
  const mega = (bytes) => (bytes / 1048576).toLocaleString(english ? "en" : "id", { maximumFractionDigits: 1 }) + " MB";
  const chosen = (form) => form.querySelector("input[type=file]");
  const original = (form) => form.querySelector("[data-original] input");

  function isLarge(form) {
    const { accept, files: [file] } = chosen(form);
    return file && file.size > LARGE && /^image\/(jpeg|png)$/.test(file.type) && /jpe?g/.test(accept);
  }
  const isToBeReduced = (form) => isLarge(form) && !original(form).checked;

  async function reduced(file) {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
      const paper = document.createElement("canvas");
      paper.width = Math.round(picture.width * scale);
      paper.height = Math.round(picture.height * scale);
      const brush = paper.getContext("2d");
      brush.fillStyle = "#fff";
      brush.fillRect(0, 0, paper.width, paper.height);
      brush.drawImage(picture, 0, 0, paper.width, paper.height);
      const blob = await new Promise((done) => paper.toBlob(done, "image/jpeg", 0.85));
      if (blob && blob.size < file.size) return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
    } catch { /* the browser can not draw it: the server will say what is wrong with it */ }
    return file;
  }
  const toSend = async (form) => {
    const file = chosen(form).files[0];
    return isToBeReduced(form) ? reduced(file) : file;
  };

  document.addEventListener("change", ({ target }) => {
    const box = target.type === "file" && target.form?.querySelector("[data-original]");
    if (!box) return;
    box.hidden = !isLarge(target.form);
    original(target.form).checked = false;
    box.querySelector("[data-original-size]").textContent = target.files[0] ? `(${mega(target.files[0].size)})` : "";
  });

  return { isToBeReduced, toSend, mega };
})();
