// A passkey: the browser asks for a fingerprint, a face or a key, and its answer is sent in the form that is there.
// Where a browser cannot do this, what stands in the page says so.

for (const box of document.querySelectorAll("[data-passkey]")) {
  const { passkey: act, options, refused } = box.dataset;
  const read = globalThis.PublicKeyCredential?.[act === "create" ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON"];
  if (!read) continue;
  const [button, field, message] = ["[type=button]", "[type=hidden]", "[role=status]"].map((part) => box.querySelector(part));
  box.hidden = false;
  document.querySelector("[data-without-passkey]")?.remove();
  button.addEventListener("click", async () => {
    message.textContent = "";
    try {
      const publicKey = read.call(PublicKeyCredential, JSON.parse(options));
      field.value = JSON.stringify(await navigator.credentials[act]({ publicKey }));
    } catch (error) {
      console.info("No passkey:", error.name);
      message.textContent = refused;
      return;
    }
    field.form.submit();
  });
}
