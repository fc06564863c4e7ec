// A picture that cannot be loaded gives way to the drawn stand-in in a template beside it, or goes without one.
(() => {
  const replace = (image) => {
    const standIn = image.parentElement?.querySelector("template");
    if (standIn) image.parentElement.replaceWith(standIn.content.cloneNode(true));
    else image.remove();
  };

  document.addEventListener(
    "error",
    (event) => {
      if (event.target.matches?.("img")) replace(event.target);
    },
    true,
  );

  for (const image of document.images) {
    if (image.complete && !image.naturalWidth && image.currentSrc) replace(image);
  }
})();
