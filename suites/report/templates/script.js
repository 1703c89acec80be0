'use strict';
// The page is complete without this script, which only filters, copies, draws
// snapshots of pages and opens what a link points to.
(() => {
  const $ = id => document.getElementById(id);
  const families = [...document.querySelectorAll('.family')];
  const cases = [...document.querySelectorAll('.case')].map(el => ({
    el, verdict: el.dataset.verdict, profile: el.dataset.profile, family: el.parentElement.dataset.family,
    words: (el.querySelector('.what').textContent + ' ' + el.dataset.words).toLowerCase(),
  }));
  const chips = [...document.querySelectorAll('.chip')];
  const text = $('filter-text'), profile = $('filter-profile'), family = $('filter-family');

  const shown = c => !c.el.hidden;
  function filter() {
    const verdicts = chips.filter(c => c.getAttribute('aria-pressed') === 'true').map(c => c.dataset.verdict);
    const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const c of cases) {
      c.el.hidden = verdicts.length > 0 && !verdicts.includes(c.verdict)
        || profile.value !== '' && profile.value !== c.profile
        || family.value !== '' && family.value !== c.family
        || !wanted.every(w => c.words.includes(w));
    }
    const left = cases.filter(shown);
    const alive = new Set(left.map(c => c.el.parentElement));
    for (const f of families) f.hidden = !alive.has(f);
    $('none').hidden = left.length > 0 || cases.length === 0;
    $('shown').textContent = (left.length === cases.length ? '' : `${left.length} of `) + (cases.length === 1 ? '1 case' : `${cases.length} cases`);
  }
  function clear() {
    text.value = profile.value = family.value = '';
    for (const c of chips) c.setAttribute('aria-pressed', 'false');
    filter();
  }

  // What a case holds stands in a noscript element: as long as nobody opens the
  // case it costs no more than its text, and without scripts it is simply there.
  // Of a case that passed it is packed, together with others.
  function unfold(el) {
    const folded = el.querySelector(':scope > noscript');
    if (folded) return fill(folded, folded.textContent);
    const packed = el.querySelector(':scope > .packed');
    if (packed) return unpack(packed.dataset.pack).then(parts => { if (packed.isConnected) fill(packed, parts[packed.dataset.part]); });
  }
  function fill(place, html) {
    const content = document.createElement('template'), el = place.parentElement;
    content.innerHTML = html;
    place.replaceWith(content.content);
    el.querySelectorAll('.frame').forEach(frame);
  }
  const packs = new Map();
  function unpack(name) {
    if (!packs.has(name)) packs.set(name, (async () => {
      const text = atob($('pack-' + name).dataset.gzip.replaceAll('-', '+').replaceAll('_', '/'));
      const bytes = Uint8Array.from(text, c => c.charCodeAt(0));
      return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json();
    })());
    return packs.get(name);
  }

  // A snapshot is shown without scripts, forms or the network: an empty
  // sandbox, and the policy of this page, which the frame inherits.
  function frame(host) {
    const inner = document.createElement('iframe');
    inner.setAttribute('sandbox', '');
    inner.title = 'Snapshot of the page: ' + host.dataset.title;
    inner.srcdoc = $('snapshot-' + host.dataset.snapshot).dataset.page;
    host.append(inner);
  }

  function open(c) {
    c.el.open = true;
    return unfold(c.el);
  }

  async function follow() {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* taken as it is */ }
    if (!id) return;
    const within = /^case-(\d+)-/.exec(id);
    const found = cases.find(c => c.el.id === id || within && c.el.dataset.number === within[1]);
    if (!found) return;
    if (found.el.hidden) clear();
    await open(found);
    const target = $(id) || found.el;
    target.open = true;
    target.scrollIntoView();
  }

  // A page that was opened from disk may not have the clipboard API.
  async function copy(button) {
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      const area = document.createElement('textarea');
      area.value = button.dataset.copy;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = before; }, 1500);
  }

  document.documentElement.classList.add('js');
  $('filter').hidden = cases.length === 0;
  $('filter').addEventListener('submit', e => e.preventDefault());
  for (const field of [text, profile, family]) field.addEventListener('input', filter);
  $('clear').addEventListener('click', clear);
  $('open-all').addEventListener('click', () => cases.filter(shown).forEach(open));
  $('close-all').addEventListener('click', () => cases.forEach(c => { c.el.open = false; }));

  document.addEventListener('click', e => {
    const button = e.target.closest('button');
    if (!button) return;
    if (button.dataset.copy !== undefined) copy(button);
    if (button.classList.contains('chip')) {
      button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
      filter();
    }
    if (button.dataset.pickFamily !== undefined) {
      clear();
      family.value = button.dataset.pickFamily;
      profile.value = button.dataset.pickProfile;
      filter();
      $('cases').scrollIntoView();
    }
  });
  document.addEventListener('toggle', e => { if (e.target.open && e.target.classList.contains('case')) unfold(e.target); }, true);
  document.addEventListener('keydown', e => {
    if (e.key === '/' && !/INPUT|SELECT|TEXTAREA/.test(document.activeElement.tagName)) { e.preventDefault(); text.focus(); }
  });
  addEventListener('hashchange', follow);
  addEventListener('beforeprint', () => {
    for (const c of cases) if (shown(c) && c.verdict !== 'pass' && c.verdict !== 'skip') open(c);
  });

  for (const c of cases) if (c.el.open) unfold(c.el);
  filter();
  follow();
})();
