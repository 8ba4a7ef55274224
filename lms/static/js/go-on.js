// Presses the button of a page that only stands between another site and ours.

document.querySelector("form[data-go-on]")?.requestSubmit();
