/** The script of the page: it filters the findings. Without it, all of them are shown. */
export const script = `"use strict";
(() => {
  const form = document.getElementById("filter");
  if (form === null) return;
  const findings = [...document.querySelectorAll(".finding")].map((element) => ({
    element,
    text: (element.dataset.class + " " + element.textContent).toLowerCase(),
  }));
  const classes = document.querySelectorAll(".class");
  const status = document.getElementById("shown");
  const none = document.getElementById("none");
  const filter = () => {
    const fields = [...new FormData(form)].filter(([, value]) => value !== "");
    const words = form.elements.search.value.toLowerCase().split(/\\s+/);
    const chosen = fields.filter(([name]) => name !== "search");
    let count = 0;
    for (const { element, text } of findings) {
      const isShown =
        chosen.every(([name, value]) => element.dataset[name] === value) &&
        words.every((word) => text.includes(word));
      element.hidden = !isShown;
      if (isShown) count++;
    }
    for (const section of classes) section.hidden = section.querySelector(".finding:not([hidden])") === null;
    none.hidden = count > 0;
    const all = findings.length + (findings.length === 1 ? " finding" : " findings");
    status.textContent = count === findings.length ? "All " + all + " shown" : count + " of " + all + " shown";
    form.elements.reset.disabled = fields.length === 0;
  };
  form.addEventListener("input", filter);
  // The fields are reset after the event.
  form.addEventListener("reset", () => setTimeout(() => { filter(); form.elements.search.focus(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();
})();
`;
