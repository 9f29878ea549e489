"use strict";
// A button that copies for each command. Without it commands are copied as any text is.
const guide = document.querySelector(".guide");
for (const block of navigator.clipboard && guide ? guide.querySelectorAll("pre.command") : []) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = guide.dataset.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.textContent.trimEnd());
    button.textContent = guide.dataset.copied;
    setTimeout(() => { button.textContent = guide.dataset.copy; }, 2000);
  });
  const around = document.createElement("div");
  around.className = "copied";
  block.replaceWith(around);
  around.append(block, button);
}
// On paper nothing can be opened.
addEventListener("beforeprint", () => document.querySelectorAll(".guide details").forEach((each) => { each.open = true; }));
