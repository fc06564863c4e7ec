// Short notices at the edge of the page: the server sends them with an answer, or we say that no answer came.
(() => {
  const show = (toast) => {
    const box = document.getElementById("toasts");
    while (box.children.length > 3) box.firstElementChild.remove();
    toast.addEventListener("hidden.bs.toast", () => toast.remove());
    bootstrap.Toast.getOrCreateInstance(toast).show();
  };

  const complain = () => {
    const toast = document.getElementById("no-answer").content.firstElementChild.cloneNode(true);
    document.getElementById("toasts").append(toast);
    show(toast);
  };

  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt.matches?.(".toast")) show(event.detail.elt);
  });
  document.addEventListener("htmx:sendError", complain);
  document.addEventListener("htmx:responseError", complain);
})();
