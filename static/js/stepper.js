// Plus and minus beside a quantity that is sent later, with the rest of its form.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  const field = button.parentElement.querySelector("input");
  if (button.dataset.step === "up") field.stepUp();
  else field.stepDown();
});
