/* Signed out meanwhile: the form stays as typed, a dialog opens sign-in in a new tab, and Retry sends the same request
   again. Signing in gives a new CSRF token, so that is fetched first; it also proves that one is signed in. */
let waiting = null;
const dialog = () => document.getElementById("signed-out");

const renewed = async () => {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok || new URL(answer.url).pathname !== location.pathname) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const headers = page.body.getAttribute("hx-headers");
  if (!headers) return false;
  document.body.setAttribute("hx-headers", headers);
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = JSON.parse(headers)["X-CSRFToken"];
  return true;
};

document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status !== 401 || !dialog()) return;
  event.stopImmediatePropagation();
  waiting = event.detail;
  dialog().querySelector("[data-still]").hidden = true;
  dialog().showModal();
}, true);

document.addEventListener("click", async (event) => {
  if (!event.target.closest("[data-signed-in]")) return;
  if (!(await renewed())) { dialog().querySelector("[data-still]").hidden = false; return; }
  dialog().close();
  const { elt, requestConfig } = waiting;
  const values = Object.fromEntries(requestConfig.formData ?? []);
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  if ("csrfmiddlewaretoken" in values) values.csrfmiddlewaretoken = token;
  globalThis.htmx.ajax(requestConfig.verb, requestConfig.path, { source: elt, values });
});
