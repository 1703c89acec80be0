(verb, ...args) => {
  // Names that a person could act on, for the message when the wanted one is missing.
  const near = () => [...document.querySelectorAll("button, input:not([type=hidden]), select, textarea, a[id]")]
    .slice(0, 12)
    .map((e) => e.localName + (e.id ? "#" + CSS.escape(e.id) : e.name ? `[name=${e.name}]` : ""));
  const refusal = (css, problem) => ({ problem, css, near: near() });

  // A person uses what can be seen and is not greyed out.
  const find = (css, change) => {
    const all = [...document.querySelectorAll(css)];
    if (all.length === 0) return [null, refusal(css, "no such element")];
    const seen = all.find((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && e.getClientRects().length > 0);
    if (!seen) return [null, refusal(css, "not visible")];
    if (seen.matches(":disabled") || seen.closest("[inert]")) return [null, refusal(css, "disabled")];
    if (change && seen.readOnly) return [null, refusal(css, "read-only")];
    return [seen, null];
  };

  const fill = (css, text) => {
    const [e, refused] = find(css, true);
    if (refused) return refused;
    e.focus();
    if (e instanceof HTMLSelectElement) {
      const option = [...e.options].find((o) => o.value === text || o.label === text);
      if (!option) return refusal(css, `no option "${text}"`);
      e.value = option.value;
    } else if (e.type === "checkbox" || e.type === "radio") {
      if (e.checked !== (text !== "" && text !== "false")) e.click();
      return null;
    } else if (e instanceof HTMLInputElement || e instanceof HTMLTextAreaElement) {
      // The prototype's setter, because frameworks shadow the element's own.
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(e), "value").set.call(e, text);
    } else {
      return refusal(css, "not a field");
    }
    e.dispatchEvent(new InputEvent("input", { bubbles: true, data: text, inputType: "insertText" }));
    e.dispatchEvent(new Event("change", { bubbles: true }));
    return null;
  };

  const press = (css) => {
    const [e, refused] = find(css, false);
    if (refused) return refused;
    e.focus();
    e.click();
    return null;
  };

  const verbs = {
    read() {
      const body = document.body, root = document.documentElement;
      const [arrival] = performance.getEntriesByType("navigation");
      return {
        URL: location.href,
        Title: document.title,
        Text: body?.innerText ?? root?.textContent ?? "",
        HTML: root?.outerHTML ?? "",
        Name: body?.dataset?.page ?? "",
        Status: arrival?.responseStatus ?? 0,
      };
    },
    // Resolves when the timers that were due before it have run.
    rest: () => new Promise((done) => setTimeout(done, 0)).then(verbs.read),
    fill,
    press,
    submit(fields, button) {
      for (const { CSS, Text } of fields) {
        const refused = fill(CSS, Text);
        if (refused) return refused;
      }
      return press(button);
    },
    // What the page itself would get, with its cookies, from its own origin.
    async fetch(url) {
      const answer = await fetch(url, { redirect: "manual", cache: "no-store", credentials: "same-origin" });
      if (answer.type === "opaqueredirect") return { URL: url, Err: "redirected" };
      const HTML = await answer.text();
      const doc = new DOMParser().parseFromString(HTML, "text/html");
      return { URL: answer.url, Status: answer.status, Title: doc.title, Text: doc.body.textContent, HTML, Name: doc.body.dataset.page ?? "" };
    },
    exists: (css) => document.querySelector(css) !== null,
    text(css) {
      const e = document.querySelector(css);
      return e ? { text: e.innerText ?? e.textContent } : refusal(css, "no such element");
    },
  };
  return verbs[verb](...args);
}
