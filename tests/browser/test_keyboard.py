"""By keyboard alone: Tab reaches everything that can be used and shows where it is, nothing holds it fast, Escape closes and gives the focus back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settle
from tests.browser.test_pages import PAGES, details

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Served

pytestmark = pytest.mark.slow
MOST = 400
"""More steps than any page has: whoever needs more walks in a circle."""

HELP = """() => {
  const deep = (root) => [...root.querySelectorAll('*')].flatMap((n) => n.shadowRoot ? [n, ...deep(n.shadowRoot)] : [n]);
  const usable = 'a[href], button, input, select, textarea, summary, [role=button], [role=link], [role=tab], [role=checkbox], [role=combobox], [role=spinbutton], [tabindex]';
  const shown = (n) => { const box = n.getBoundingClientRect(), look = getComputedStyle(n);
    return box.width > 1 && box.height > 1 && look.visibility !== 'hidden' && look.display !== 'none' && n.checkVisibility?.({ opacityProperty: false }) !== false; };
  // One of a group is reached by Tab, the others by arrows.
  const groups = '[role=radiogroup], [role=tablist], [role=toolbar], [role=grid], [data-roving], [data-testid=stDateInput], [data-testid=stTimeInput], [data-testid=stDateTimeInput]';
  const group = (n) => { for (let at = n; at; at = at.parentElement || (at.getRootNode().host ?? null)) if (at.matches?.(groups)) return at; return null; };
  window.marks = new Map();
  window.name_of = (n) => `${n.tagName.toLowerCase()} ${n.getAttribute('role') || ''} ${(n.getAttribute('aria-label') || n.innerText || n.getAttribute('placeholder') || n.id || n.className || '').toString().trim().slice(0, 60)}`;
  window.active = () => { let at = document.activeElement; while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement; return at; };
  window.looks = (n) => { const found = []; for (let at = n, up = 0; at && up < 5; at = at.parentElement || at.getRootNode().host, up++) {
    const s = getComputedStyle(at); found.push([s.outline, s.boxShadow, s.borderColor, s.backgroundColor, s.textDecorationLine, s.opacity].join('|')); } return found.join('#'); };
  window.open_ones = () => deep(document).filter((n) => n.matches(usable) && shown(n) && !n.disabled && n.getAttribute('aria-disabled') !== 'true'
    && n.getAttribute('tabindex') !== '-1' && !n.closest('[inert], [aria-hidden=true]') && !n.matches('input[type=file], input[type=hidden]'));
  window.left_over = (met) => window.open_ones().filter((n) => !met.has(n) && !(group(n) && [...met].some((one) => group(one) === group(n)))).map(window.name_of);
  window.met = new Set(); window.unseen = []; window.last = null;
  window.step = () => { const now = window.active();
    if (window.last && window.last.n !== now && window.last.n.isConnected && window.looks(window.last.n) === window.last.look) window.unseen.push(window.name_of(window.last.n));
    window.last = now && now !== document.body ? { n: now, look: window.looks(now) } : null;
    if (!now || now === document.body || window.met.has(now)) return false; window.met.add(now); return true; };
}"""


def walk(page: Page) -> dict[str, Any]:
    """Press Tab until the focus has been everywhere; return what was never reached, what did not show its focus, and whether it came to an end."""
    page.add_style_tag(content="*, *::before, *::after { transition: none !important; animation: none !important; }")
    page.evaluate(HELP)
    page.evaluate("() => { document.activeElement?.blur(); window.getSelection()?.removeAllRanges(); }")
    again = 0
    for _ in range(MOST):
        page.keyboard.press("Tab")
        again = 0 if page.evaluate("() => window.step()") else again + 1
        if again > 1:  # the browser's own bar stands between the last and the first
            break
    else:
        return {"no end": MOST}
    found = {"not reached": page.evaluate("() => window.left_over(window.met)"), "focus not seen": page.evaluate("() => window.unseen")}
    return {name: sorted(set(value)) for name, value in found.items() if value}


def test_tab_reaches_everything_and_shows_where_it_is(demo: Served, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 2200})
    found: dict[str, dict[str, Any]] = {}
    for path in (*PAGES, *details(demo)):
        demo.open(page, path)
        page.wait_for_timeout(300)
        faults = walk(page) and walk(page)  # on a busy machine a field may come after the first walk has passed its place
        if faults:
            found[path] = faults
    assert found == {}, "\n".join(f"{path or 'home'}: {faults}" for path, faults in found.items())


def opened_by_key(page: Page, button: Locator, inside: Locator) -> None:
    """Open something by Enter, close it by Escape, and see the focus back where it was."""
    button.focus()
    page.keyboard.press("Enter")
    expect(inside).to_be_visible()
    page.keyboard.press("Escape")
    expect(inside).to_be_hidden()
    expect(button).to_be_focused()


def test_what_a_key_opens_escape_closes_and_the_focus_is_back(demo: Served, page: Page) -> None:
    for path, name, inside in (
        ("deliveries", "Hold everything, one account or one campaign", page.get_by_role("button", name="Hold now")),
        ("calendar", "Filters", page.get_by_role("combobox", name="Account")),
        ("bank", "More", page.get_by_role("button", name="Put away")),
    ):
        demo.open(page, path)
        opened_by_key(page, page.get_by_role("button", name=name).first, inside.first)


def test_the_dialog_of_another_time_gives_the_focus_back(demo: Served, page: Page) -> None:
    demo.open(page, "calendar?view=list")
    post = page.locator("[data-item]").filter(has_text="scheduled").first
    post.focus()
    page.keyboard.press("t")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    settle(page)
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.querySelector('[role=dialog]').contains(document.activeElement)")
    page.keyboard.press("Escape")
    if dialog.is_visible():  # the first Escape leaves the field for date and time, the second the dialog
        page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(post).to_be_focused()
