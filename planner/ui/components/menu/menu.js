const NARROW = "(max-width: 640px)";
const SENT_MS = 300;

function link(target) {
  return target instanceof Element ? target.closest('[data-testid="stSidebarNavLink"], [data-testid="stSidebar"] [data-testid="stPageLink-NavLink"]') : null;
}

function here(anchor) {
  const path = (address) => new URL(address || "./", document.baseURI).pathname.replace(/\/+$/, "");
  return path(anchor.getAttribute("href")) === location.pathname.replace(/\/+$/, "");
}

export default function (component) {
  let left = 0;
  const leave = (event) => {
    if (event.target instanceof Element && event.target.matches("input, textarea")) left = performance.now();
  };
  // What a field sends when it is left would be lost in the message that turns the page: that one waits until the first is gone.
  const wait = (event) => {
    const anchor = link(event.target);
    if (!anchor || event.button || event.ctrlKey || event.metaKey || event.shiftKey || performance.now() - left > SENT_MS) return;
    left = 0;
    event.preventDefault();
    event.stopPropagation();
    setTimeout(() => anchor.click(), SENT_MS);
  };
  const chosen = (event) => {
    const anchor = link(event.target);
    if (!anchor || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (here(anchor) && location.search) component.setTriggerValue("back", true);
    if (matchMedia(NARROW).matches) setTimeout(() => document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click(), 100);
  };
  document.addEventListener("focusout", leave);
  document.addEventListener("click", wait, true);
  document.addEventListener("click", chosen);
  return () => {
    document.removeEventListener("focusout", leave);
    document.removeEventListener("click", wait, true);
    document.removeEventListener("click", chosen);
  };
}
