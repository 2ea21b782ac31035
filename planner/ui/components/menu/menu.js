const NARROW = "(max-width: 640px)";

function link(target) {
  return target instanceof Element ? target.closest('[data-testid="stSidebarNavLink"], [data-testid="stSidebar"] [data-testid="stPageLink-NavLink"]') : null;
}

function here(anchor) {
  const path = (address) => new URL(address || "./", document.baseURI).pathname.replace(/\/+$/, "");
  return path(anchor.getAttribute("href")) === location.pathname.replace(/\/+$/, "");
}

export default function (component) {
  const chosen = (event) => {
    const anchor = link(event.target);
    if (!anchor || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (here(anchor) && location.search) component.setTriggerValue("back", true);
    if (matchMedia(NARROW).matches) setTimeout(() => document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click(), 100);
  };
  document.addEventListener("click", chosen);
  return () => document.removeEventListener("click", chosen);
}
