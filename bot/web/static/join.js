// The invitation's code stands behind the # of the link: no server sees it there. It goes into the form and out of the address.
const form = document.getElementById("code-form");
const code = decodeURIComponent(location.hash.slice(1));

if (form && code) {
  history.replaceState(null, "", location.pathname);
  document.getElementById("code").value = code;
  form.requestSubmit();
}
