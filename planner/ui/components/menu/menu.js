const NARROW = "(max-width: 640px)";
const SENT_MS = 300;

function link(target) {
  return target instanceof Element ? target.closest('[data-testid="stSidebarNavLink"], [data-testid="stSidebar"] [data-testid="stPageLink-NavLink"]') : null;
}

function here(anchor) {
  const path = (address) => new URL(address || "./", document.baseURI).pathname.replace(/\/+$/, "");
  return path(anchor.getAttribute("href")) === location.pathname.replace(/\/+$/, "");
}

// No secret: without sign-in everybody at this browser may choose. It is written again where a tab is used or left, so that each reload
// finds its own tab's person, and a new tab the one who was here last.
function remember({ cookie, who }) {
  if (!cookie || !who) return;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${cookie}=${encodeURIComponent(who)}; path=/; max-age=31536000; samesite=strict${secure}`;
}

export default function (component) {
  let left = 0;
  const here_is = () => remember(component.data[0]);
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
  here_is();
  window.addEventListener("focus", here_is);
  window.addEventListener("pagehide", here_is);
  document.addEventListener("focusout", leave);
  document.addEventListener("click", wait, true);
  document.addEventListener("click", chosen);
  return () => {
    window.removeEventListener("focus", here_is);
    window.removeEventListener("pagehide", here_is);
    document.removeEventListener("focusout", leave);
    document.removeEventListener("click", wait, true);
    document.removeEventListener("click", chosen);
  };
}
