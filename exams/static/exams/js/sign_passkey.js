/** Signs a record with a passkey: its answer to the record's digest goes with the form instead of the password. */

const place = document.querySelector("[data-passkey]");
if (place) {
  const button = place.querySelector("[data-passkey-sign]");
  const trouble = place.querySelector("[data-passkey-trouble]");
  const answer = document.querySelector('input[name="passkey"]');
  const request = JSON.parse(document.querySelector("#passkey-request").textContent);
  button.addEventListener("click", async () => {
    trouble.hidden = true;
    button.disabled = true;
    try {
      answer.value = JSON.stringify(await window.webauthnJSON.get(request));
      answer.form.submit();
    } catch (error) {
      trouble.textContent = inWords(error);
      trouble.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}

function inWords(error) {
  if (error.name === "NotAllowedError") return "Nothing was signed: the passkey was not confirmed in time, or this device has none of yours. Try again, or sign with your password.";
  if (error.name === "SecurityError") return "Nothing was signed: passkeys do not work at this address. Sign with your password.";
  return `Nothing was signed: the passkey could not be used (${error.message}). Sign with your password.`;
}
