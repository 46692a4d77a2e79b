// The preview's toolbar: an element beside the page's body, closed to the page, which no style or script of the shop meets.
const own = '/_highstreet/'
const make = (name, fields = {}, ...inside) => {
  const {aria = {}, ...rest} = fields
  const node = Object.assign(document.createElement(name), rest)
  for (const [key, value] of Object.entries(aria)) node.setAttribute(`aria-${key}`, value)
  node.append(...inside.filter(one => one !== null && one !== undefined && one !== false))
  return node
}
const SHAPES = { // stroked paths of a 24 × 24 grid
  street: 'M3 21h18M5 21V9l7-5 7 5v12M9 21v-6h6v6', widths: 'M3 5h12v10H3zM17.5 9H21v10h-6v-2M3 19h8', light: 'M12 3v18M12 3a9 9 0 0 0 0 18zM12 3a9 9 0 0 1 0 18',
  language: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18', why: 'M9 9a3 3 0 1 1 4.2 2.8c-.8.4-1.2 1-1.2 1.9v.3M12 17.5v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  time: 'M12 7v5l3.2 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z', compare: 'M12 4v16M4 7h5M4 11h5M4 15h5M15 7h5M15 11h3M15 15h5', drafts: 'M4 20l1-4L16 5l3 3L8 19zM13.5 7.5l3 3', close: 'M6 6l12 12M18 6L6 18', fold: 'M9 6l6 6-6 6',
}
function shape(name) {
  const ns = 'http://www.w3.org/2000/svg', svg = document.createElementNS(ns, 'svg'), path = document.createElementNS(ns, 'path')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  path.setAttribute('d', SHAPES[name])
  svg.append(path)
  return svg
}
const ask = async (name, search = '') => (await fetch(`${own}${name}?path=${encodeURIComponent(location.pathname)}${search}`)).json()

const host = document.createElement('highstreet-toolbar')
const tree = host.attachShadow({mode: 'closed'})
const sheet = new CSSStyleSheet()
sheet.replaceSync(`
:host{all:initial}
*{box-sizing:border-box;margin:0;padding:0}
.bar,.panel{font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:#e9ebf3;background:#14161f;box-shadow:0 0 0 1px #ffffff17,0 14px 44px #00000073}
.bar{position:fixed;left:50%;bottom:calc(.9rem + env(safe-area-inset-bottom));transform:translateX(-50%);display:flex;align-items:center;gap:2px;padding:5px;border-radius:15px;z-index:2147483646;max-width:calc(100vw - 1rem)}
button,a,input{font:inherit;color:inherit}
button,.tool{display:inline-flex;align-items:center;gap:.45rem;height:36px;min-width:36px;justify-content:center;padding:0 .6rem;border:0;border-radius:10px;background:none;cursor:pointer;white-space:nowrap;text-decoration:none}
button:hover,.tool:hover{background:#ffffff14}
button[aria-expanded=true],button[aria-pressed=true]{background:#ffffff24}
.shop{font-weight:620;max-width:15rem}
.shop span{overflow:hidden;text-overflow:ellipsis}
svg{width:18px;height:18px;flex:none;fill:none;stroke:currentColor;stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round}
.line{width:1px;height:20px;margin:0 4px;background:#ffffff1f;flex:none}
.word{font-size:13px}
.on{background:#ffb84d;color:#221503}
.on:hover{background:#ffc670}
.panel{position:fixed;left:50%;bottom:calc(4.4rem + env(safe-area-inset-bottom));transform:translateX(-50%);width:min(100vw - 1rem,36rem);max-height:min(70vh,34rem);overflow:auto;overscroll-behavior:contain;border-radius:16px;padding:1rem 1.1rem 1.1rem;z-index:2147483646;scrollbar-color:#454a5f transparent;animation:rise .15s ease-out}
.panel.wide{width:min(100vw - 1rem,62rem)}
@keyframes rise{from{transform:translate(-50%,8px);opacity:0}}
@media (prefers-reduced-motion:reduce){.panel{animation:none}}
h2{font-size:15px;font-weight:650;margin-bottom:.5rem}
h3{font-size:12.5px;font-weight:600;color:#9aa0b6;margin:.9rem 0 .3rem}
p{color:#b4b9cb}
p.lead{color:#e9ebf3}
input[type=search],input[type=datetime-local]{width:100%;height:38px;padding:0 .75rem;border:0;border-radius:10px;background:#ffffff12;color-scheme:dark}
:focus-visible{outline:2px solid #8cb8ff;outline-offset:1px}
ul{list-style:none}
.list{margin-top:.6rem}
.list a{display:flex;justify-content:space-between;gap:1rem;padding:.5rem .7rem;border-radius:9px;text-decoration:none}
.list a:hover,.list a:focus-visible{background:#ffffff14}
.list a[aria-current]{background:#ffffff1c;font-weight:620}
.dim{color:#8c92a8}
.row{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:.7rem}
.row button{background:#ffffff14}
.row button:hover{background:#ffffff24}
.row button.main{background:#ffb84d;color:#221503;font-weight:600}
code,pre,.mono{font:12.5px/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
table{width:100%;border-collapse:collapse;font-size:13px}
td{padding:.28rem .5rem .28rem 0;vertical-align:top;border-top:1px solid #ffffff10;overflow-wrap:anywhere}
td:first-child{white-space:nowrap}
.changed{color:#ffc670}
del{color:#ff9a92;text-decoration:none}
ins{color:#9be7b4;text-decoration:none}
.note{margin-top:.4rem;padding-inline-start:.7rem;border-inline-start:3px solid #ffb84d}
.diff{margin-top:.6rem;border-radius:10px;background:#0b0d13;overflow:auto;max-height:22rem;padding:.5rem 0}
.diff div{padding:0 .9rem;white-space:pre;min-width:max-content;font:12.5px/1.65 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.diff .plus{background:#2fbf6a26;color:#b4f0c8}
.diff .minus{background:#ff625724;color:#ffbdb7}
.diff .gap{color:#666d85}
.open{display:none}
@media (max-width:44rem){
 .word,.shop span,.line{display:none}
 .bar{left:auto;right:.6rem;transform:none;bottom:calc(.6rem + env(safe-area-inset-bottom));border-radius:99px}
 .bar:not(.wide) .tool:not(.open),.bar:not(.wide) button:not(.open){display:none}
 .open{display:inline-flex;border-radius:99px}
 .bar.wide{left:.5rem;right:.5rem;justify-content:space-between;border-radius:16px}
 .bar button,.bar .tool{padding:0;height:40px;min-width:38px}
 .bar.wide>*{flex:1;min-width:0}
 .panel{left:.5rem;right:.5rem;width:auto;transform:none;bottom:calc(4.6rem + env(safe-area-inset-bottom))}
 .panel.wide{width:auto}
 @keyframes rise{from{opacity:0}}
}
`)
tree.adoptedStyleSheets = [sheet]

let context, panel, opened
const bar = make('div', {className: 'bar', role: 'toolbar', aria: {label: 'Preview'}})
const remembered = name => { try { return sessionStorage.getItem(`highstreet:${name}`) || '' } catch { return '' } }
const remember = (name, value) => { try { sessionStorage.setItem(`highstreet:${name}`, value) } catch { /* private mode */ } }

function close() {
  panel?.remove()
  opened?.setAttribute('aria-expanded', 'false')
  panel = opened = null
}
async function open(button, fill, wide = false) {
  const again = opened === button
  close()
  if (again) return
  const mine = panel = make('div', {className: wide ? 'panel wide' : 'panel', role: 'dialog', aria: {label: button.title}})
  opened = button
  button.setAttribute('aria-expanded', 'true')
  tree.append(mine)
  mine.append(make('p', {textContent: 'One moment …'}))
  try {
    const parts = await fill()
    mine.replaceChildren(...parts)
  } catch { mine.replaceChildren(make('p', {textContent: 'The preview does not answer.'})) }
  mine.querySelector('input')?.focus()
}
function tool(name, title, fill, wide) {
  const button = make('button', {type: 'button', title, aria: {label: title, expanded: 'false', haspopup: 'dialog'}}, shape(name))
  button.onclick = () => open(button, fill, wide)
  return button
}

/* Shops */
async function shops() {
  const all = await ask('shops')
  const list = make('ul', {className: 'list'})
  const fill = words => list.replaceChildren(...all.filter(([handle]) => handle.includes(words.trim().toLowerCase())).slice(0, 60).map(([handle, url]) => {
    const link = make('a', {href: url}, handle, handle === context.handle ? make('span', {className: 'dim', textContent: context.status}) : null)
    if (handle === context.handle) link.setAttribute('aria-current', 'page')
    return make('li', {}, link)
  }))
  const input = make('input', {type: 'search', placeholder: 'Find a shop', autocomplete: 'off', oninput: () => fill(input.value), aria: {label: 'Find a shop'}})
  input.onkeydown = event => { if (event.key === 'Enter') list.querySelector('a')?.click() }
  fill('')
  const street = make('div', {className: 'row'}, make('a', {className: 'tool', href: context.street}, shape('street'), 'The whole street'))
  return all.length > 6 ? [input, list, street] : [list, street]
}

/* Light and dark: the media rules of the shop's own style sheets are turned, in this page only. */
const originals = new WeakMap()
function scheme(which) {
  let found = 0
  const turn = rules => {
    for (const rule of rules) {
      if (rule instanceof CSSMediaRule) {
        const text = originals.get(rule) ?? rule.media.mediaText
        if (/prefers-color-scheme/.test(text)) {
          originals.set(rule, text)
          found++
          rule.media.mediaText = which ? text.replace(/\(prefers-color-scheme:\s*(\w+)\)/g, (_, name) => name === which ? '(min-width:0)' : '(max-width:0)') : text
        }
      }
      if (rule.cssRules) turn(rule.cssRules)
    }
  }
  for (const one of document.styleSheets) try { turn(one.cssRules) } catch { /* of another origin */ }
  return found
}
const SCHEMES = ['', 'light', 'dark']
function schemeButton() {
  const word = make('span', {className: 'word'})
  const button = make('button', {type: 'button', title: 'Light or dark'}, shape('light'), word)
  const set = which => {
    const found = scheme(which)
    word.textContent = found ? {'': 'Auto', light: 'Light', dark: 'Dark'}[which] : 'One scheme'
    button.setAttribute('aria-label', `Light or dark: ${word.textContent}`)
    button.classList.toggle('on', !!which && found > 0)
    remember('scheme', which)
  }
  button.onclick = () => set(SCHEMES[(SCHEMES.indexOf(remembered('scheme')) + 1) % 3])
  document.addEventListener('highstreet:update', ({detail}) => { if (detail.styled) set(remembered('scheme')) })
  set(remembered('scheme'))
  return button
}

/* Languages */
const languages = () => [...document.querySelectorAll('link[rel="alternate"][hreflang]')].filter(link => link.hreflang !== 'x-default').map(link => [link.hreflang, new URL(link.href).pathname])
function languageList() {
  const names = new Intl.DisplayNames(['en'], {type: 'language'})
  return [make('h2', {textContent: 'Language'}), make('ul', {className: 'list'}, ...languages().map(([code, path]) => {
    const link = make('a', {href: path}, names.of(code), make('span', {className: 'dim', textContent: code}))
    if (code === document.documentElement.lang) link.setAttribute('aria-current', 'page')
    return make('li', {}, link)
  }))]
}

/* Why this page is as it is */
async function why() {
  const told = await ask('why')
  const inputs = [...told.inputs].sort((one, other) => one.same - other.same)
  return [
    make('h2', {textContent: 'Why is this so?'}),
    make('p', {className: 'lead', textContent: told.verdict}),
    make('p', {className: 'mono dim', textContent: told.path}),
    ...(told.edits.length ? [make('h3', {textContent: 'Edited since the last build'}), make('table', {}, ...told.edits.map(edit =>
      make('tr', {}, make('td', {className: 'mono', textContent: edit.place}), make('td', {}, `${edit.key}: `, make('del', {textContent: edit.old}), ' → ', make('ins', {textContent: edit.new})))))] : []),
    make('h3', {textContent: `Made of ${inputs.length} inputs`}),
    make('table', {}, ...inputs.map(input => make('tr', {},
      make('td', {className: 'mono', textContent: input.name}),
      make('td', {className: input.same ? 'dim' : 'changed'}, input.same ? 'same' : 'changed',
        ...input.changes.slice(0, 8).flatMap(change => [make('br'), `${change.field}: `, make('del', {textContent: change.old}), ' → ', make('ins', {textContent: change.new})])),
      make('td', {className: 'mono dim', textContent: input.digest})))),
  ]
}

/* Another time, and what is still a draft */
function look(at, drafts) {
  const value = [at, drafts && 'drafts'].filter(Boolean).join('|')
  document.cookie = `${context.cookie}=${encodeURIComponent(value)};path=/;SameSite=Strict;max-age=${value ? 86400 : 0}`
  location.reload()
}
const shown = at => new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'short'}).format(new Date(at))
function time() {
  const start = context.at || context.clock || new Date().toISOString()
  const local = new Date(new Date(start) - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16)
  const input = make('input', {type: 'datetime-local', value: local, aria: {label: 'Time'}})
  const go = () => { if (input.value) look(`${new Date(input.value).toISOString().slice(0, 19)}Z`, context.drafts) }
  const later = days => { const date = new Date(new Date(start).getTime() + days * 864e5); look(`${date.toISOString().slice(0, 19)}Z`, context.drafts) }
  return [
    make('h2', {textContent: 'Another time'}),
    make('p', {textContent: 'Prices, products and pages with a date are shown as they are at that moment.'}),
    make('div', {className: 'row'}, input),
    make('div', {className: 'row'}, make('button', {type: 'button', className: 'main', textContent: 'Go there', onclick: go}),
      ...[['Tomorrow', 1], ['In a week', 7], ['In a month', 30]].map(([textContent, days]) => make('button', {type: 'button', textContent, onclick: () => later(days)})),
      context.at ? make('button', {type: 'button', textContent: 'Back to now', onclick: () => look('', context.drafts)}) : null),
  ]
}

/* Compared with what was published */
async function compare() {
  const told = await ask('compare')
  const where = told.where[0]?.toUpperCase() + told.where.slice(1)
  const words = {same: `This page is the same as in ${told.where}.`, absent: `${where} has no such page.`, broken: 'This page cannot be made now.', differs: `${told.added} line${told.added === 1 ? '' : 's'} more, ${told.removed} less than in ${told.where}.`}
  const kinds = {'+': 'plus', '-': 'minus', '@': 'gap', ' ': ''}
  return [
    make('h2', {textContent: 'Compared with what is published'}), make('p', {className: 'lead', textContent: words[told.state]}),
    ...(told.note ? [make('p', {className: 'note', textContent: told.note})] : []),
    ...(told.lines.length ? [make('div', {className: 'diff'}, ...told.lines.map(([sign, text]) => make('div', {className: kinds[sign], textContent: sign === '@' ? '⋯' : `${sign} ${text}`})))] : []),
    ...(told.cut ? [make('p', {textContent: 'More differs than is shown here.'})] : []),
  ]
}

function draw() {
  const widths = make('a', {className: 'tool', title: 'Widths side by side', href: `${own}looking?path=${encodeURIComponent(location.pathname + location.search)}`, aria: {label: 'Widths side by side'}}, shape('widths'))
  const shop = tool('street', 'Shops', shops)
  shop.classList.add('shop')
  shop.append(make('span', {textContent: context.name}))
  const clock = tool('time', context.at ? `As of ${shown(context.at)}` : 'Another time', time)
  if (context.at) { clock.classList.add('on'); clock.append(make('span', {className: 'word', textContent: shown(context.at)})) }
  const drafts = make('button', {type: 'button', title: 'Show drafts', aria: {label: 'Show drafts', pressed: String(context.drafts)}, onclick: () => look(context.at, !context.drafts)}, shape('drafts'), make('span', {className: 'word', textContent: 'Drafts'}))
  drafts.classList.toggle('on', context.drafts)
  const more = make('button', {type: 'button', className: 'open', title: 'Preview tools', onclick: () => { more.replaceChildren(shape(bar.classList.toggle('wide') ? 'fold' : 'street')); close() }, aria: {label: 'Preview tools'}}, shape('street'))
  bar.replaceChildren(...[
    shop, make('span', {className: 'line'}), widths, schemeButton(),
    languages().length > 1 ? tool('language', 'Language', languageList) : null,
    clock, drafts, make('span', {className: 'line'}),
    tool('why', 'Why is this so?', why, true), tool('compare', 'Compare with what is published', compare, true),
    make('button', {type: 'button', title: 'Hide (Alt+P)', onclick: hide, aria: {label: 'Hide the toolbar'}}, shape('close')), more,
  ].filter(Boolean))
  tree.append(bar)
}
function hide() { close(); host.remove(); remember('toolbar', 'off') }
addEventListener('keydown', event => {
  if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === 'KeyP') {
    event.preventDefault()
    if (host.isConnected) hide()
    else { remember('toolbar', ''); document.documentElement.append(host) }
  } else if (event.key === 'Escape' && panel) { const button = opened; close(); button?.focus() }
})
addEventListener('pointerdown', event => { if (panel && !event.composedPath().includes(host)) close() })

context = await ask('context')
draw()
if (remembered('toolbar') !== 'off') document.documentElement.append(host)
