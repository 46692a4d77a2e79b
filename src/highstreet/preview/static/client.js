// Highstreet's preview client: keeps an open page up to date without losing what was done on it.
// It is served by the preview only. It reads pages through XMLHttpRequest, whose documents run no scripts, and writes
// texts as texts: nothing a shop says is ever executed, and the shop's strict policy stays in force.
(() => {
  const tag = document.currentScript
  const own = '/_highstreet/'
  let page = tag.dataset.page // what this page was made of; "" where there is no page of the shop to show
  let state = null
  const say = (name, detail) => document.dispatchEvent(new CustomEvent(name, {detail}))

  /* What the server sent, node by node: only where the next page differs from it is the open page touched. */
  const sent = new WeakMap()
  function pair(map, node, copy) {
    map.set(node, copy)
    if (node.localName === 'template') pair(map, node.content, copy.content)
    for (let one = node.firstChild, other = copy.firstChild; one && other; one = one.nextSibling, other = other.nextSibling) pair(map, one, other)
  }
  const attributes = node => new Map([...node.attributes].map(({name, value}) => [name, value]))
  pair(sent, document.body, document.body.cloneNode(true))
  let root = attributes(document.documentElement)
  // What a template holds is not compared by isEqualNode.
  const same = (one, other) => one.isEqualNode(other) &&
    (one.nodeType !== 1 || (one.localName !== 'template' && !one.querySelector('template')) || one.outerHTML === other.outerHTML)

  function get(url) {
    return new Promise((resolve, reject) => {
      const ask = new XMLHttpRequest()
      ask.open('GET', url)
      ask.responseType = 'document'
      if (page) ask.setRequestHeader('If-None-Match', `"${page}"`)
      ask.onload = () => {
        shown = Number(ask.getResponseHeader('Highstreet-Version'))
        resolve(ask.status === 304 ? null : {document: ask.response, status: ask.status, url: ask.responseURL})
      }
      ask.onerror = () => reject(new Error('the preview does not answer'))
      ask.send()
    })
  }

  const scripts = node => [...node.querySelectorAll('script[src]')].map(script => script.getAttribute('src')).filter(src => !src.startsWith(own)).sort().join()
  const sheets = node => [...node.querySelectorAll('head > link[rel="stylesheet"]')]

  // New style sheets are loaded beside the old ones, in the order of the new page, and take their place in one step.
  async function styles(next) {
    const old = sheets(document), href = link => link.getAttribute('href')
    const gone = old.filter(link => !sheets(next).some(other => href(other) === href(link)))
    const come = [], loading = []
    let before = null
    for (const wanted of sheets(next)) {
      const kept = old.find(link => href(link) === href(wanted))
      if (!kept) {
        const link = document.importNode(wanted), media = wanted.getAttribute('media')
        link.media = 'not all'
        link.ready = () => media === null ? link.removeAttribute('media') : link.setAttribute('media', media)
        link.loaded = new Promise(done => { link.onload = link.onerror = done; setTimeout(done, 4000) })
        if (before) before.after(link)
        else if (old[0]) old[0].before(link)
        else document.head.append(link)
        come.push(link)
        before = link
      } else {
        before = kept
        loading.push(kept.loaded)
      }
    }
    await Promise.all([...loading, ...come.map(link => link.loaded)])
    return () => {
      for (const link of come) link.ready()
      for (const link of gone) link.remove()
      return come.length > 0
    }
  }

  // Sheets that all pages share are told before the page can be: each takes the place of the one before at once.
  const stem = href => href.replace(/\.[0-9a-f]+\.css$/, '')
  function early(hrefs) {
    for (const href of hrefs) {
      const same = () => sheets(document).filter(link => stem(link.getAttribute('href')) === stem(href))
      const last = same().at(-1)
      if (!last || same().some(link => link.getAttribute('href') === href)) continue
      const link = last.cloneNode()
      link.setAttribute('href', href)
      link.loaded = new Promise(done => {
        link.onerror = done
        link.onload = () => {
          done()
          const all = same()
          for (const other of all.slice(0, all.indexOf(link))) other.remove()
          say('highstreet:update', {styled: true})
        }
      })
      last.after(link)
    }
  }

  function head(next) {
    const ours = node => node.matches('link[rel="stylesheet"]') || (node.getAttribute('src') || '').startsWith(own)
    const wanted = new Map([...next.head.children].filter(node => !ours(node)).map(node => [node.outerHTML, node]))
    for (const node of [...document.head.children]) {
      if (ours(node)) continue
      if (wanted.has(node.outerHTML)) wanted.delete(node.outerHTML)
      else node.remove()
    }
    // Taken over, not copied: trusted types let no script be made of text, not even one of data (JSON-LD).
    for (const node of wanted.values()) document.head.append(node)
    const now = attributes(next.documentElement)
    for (const [name, value] of now) if (root.get(name) !== value) document.documentElement.setAttribute(name, value)
    for (const name of root.keys()) if (!now.has(name)) document.documentElement.removeAttribute(name)
    root = now
  }

  function body(next, Idiomorph) {
    if (same(sent.get(document.body), next.body)) return
    const copies = new WeakMap(), wanted = new WeakMap(), adding = []
    pair(copies, next.body, next.body.cloneNode(true))
    Idiomorph.morph(document.body, next.body, {morphStyle: 'outerHTML', head: {style: 'none'}, callbacks: {
      beforeNodeMorphed(node, to) {
        const was = sent.get(node)
        if (was && same(was, to)) return false
        wanted.set(node, to)
        return true
      },
      // What a script has set stays, unless the shop itself changed it.
      beforeAttributeUpdated(name, node) {
        const was = sent.get(node), to = wanted.get(node)
        if (!was || !to) return true
        if (name === 'value' && node.value !== (was.getAttribute('value') ?? '')) return false
        return was.getAttribute(name) !== to.getAttribute(name)
      },
      afterNodeMorphed(node, to) { sent.set(node, copies.get(to)) },
      beforeNodeAdded(to) { adding.push(to); return true },
      afterNodeAdded(node) { const to = adding.pop(); if (!sent.has(node)) pair(sent, node, copies.get(to)) },
      beforeNodeRemoved(node) { return node.nodeType !== 1 || sent.has(node) },
    }})
  }

  const EMPTY = {
    severity: 'error', code: '', message: 'this page is empty now', place: location.pathname, mark: [0, 0], also: [],
    found: 'a template that writes nothing', expected: 'a page', fix: 'save the template of this page again',
  }
  const library = import(`${own}idiomorph.js`)
  let working = false, shown = null, wanted = null // versions of the shop: of this page, and the one there is now
  async function refresh() {
    if (working) return
    working = true
    for (let tries = 0; tries < 4; tries++) {
      try { await step() } catch (error) { console.warn('highstreet:', error.message) }
      if (shown === wanted) break
    }
    working = false
  }
  async function step() {
    const came = await get(location.href)
    if (!came) { overlay.page([]); return }
    const next = came.document, script = next?.querySelector(`script[src="${own}client.js"]`)
    if (came.status === 500 && next?.querySelector('#highstreet-problems')) {
      overlay.page(JSON.parse(next.querySelector('#highstreet-problems').textContent))
      return
    }
    // A template caught half saved gives an empty page: the rest is on its way, and loaded now, all done on this one were lost.
    if (script && came.status === 200 && !next.title && !next.body.childElementCount) {
      const version = shown
      setTimeout(() => { if (shown === version) overlay.page([EMPTY]) }, 500)
      return
    }
    overlay.page([])
    if (!script && came.status !== 200) throw new Error('the preview ends, or cannot answer')
    if (!script || scripts(next) !== scripts(document) || new URL(came.url).pathname !== location.pathname) { reload(came.url); return }
    const [swap, {Idiomorph}] = await Promise.all([styles(next), library])
    head(next)
    const styled = swap()
    body(next, Idiomorph)
    page = script.dataset.page
    tag.dataset.page = page
    say('highstreet:update', {styled})
  }
  function reload(url) {
    if (url && new URL(url).pathname !== location.pathname) location.replace(url)
    else location.reload()
  }

  /* Events: one page of each shop listens and tells the others, since browsers keep few connections to one host. */
  const channel = new BroadcastChannel('highstreet')
  let leading = false
  function heard(now) {
    state = now
    const first = wanted === null
    if (!page && !first && wanted !== now.version) return location.reload()
    wanted = now.version
    if (!page) { if (now.there && !now.problems.length) location.reload(); return }
    overlay.shop(now.problems)
    if (!first && !now.problems.length) early(now.sheets)
    if (shown !== wanted) refresh()
    if (now.toolbar && self === top && first && !/[?&]highstreet=off\b/.test(location.search)) import(`${own}toolbar.js`)
    say('highstreet:state', now)
  }
  // A file was saved: asked now, the server answers as soon as the shop is up to date.
  const soon = () => { if (page && state) refresh() }
  channel.onmessage = ({data}) => {
    if (data === 'soon') soon()
    else if (data !== 'hello') heard(data)
    else if (leading && state) channel.postMessage(state)
  }
  function lead() {
    leading = true
    const events = new EventSource(`${own}events`)
    events.addEventListener('state', ({data}) => { const now = JSON.parse(data); heard(now); channel.postMessage(now) })
    events.addEventListener('soon', () => { soon(); channel.postMessage('soon') })
    return new Promise(() => {})
  }
  if (navigator.locks) {
    navigator.locks.request('highstreet', lead)
    setTimeout(() => { if (!leading) channel.postMessage('hello') }, 0)
  } else lead()
  addEventListener('pageshow', event => { if (event.persisted) refresh() })

  /* The overlay: what is wrong, over the last good page, in a tree of its own. */
  const make = (name, fields = {}, ...inside) => {
    const node = Object.assign(document.createElement(name), fields)
    node.append(...inside.filter(one => one !== null && one !== undefined))
    return node
  }
  const overlay = (() => {
    let host, dialog, pill, shown = '[]', ofPage = [], ofShop = []
    function build() {
      host = document.createElement('highstreet-problems')
      const tree = host.attachShadow({mode: 'open'})
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(STYLE)
      tree.adoptedStyleSheets = [sheet]
      dialog = make('dialog', {ariaLabel: 'Problems'})
      pill = make('button', {className: 'pill', type: 'button', hidden: true, onclick: open})
      dialog.addEventListener('cancel', event => { event.preventDefault(); fold() })
      dialog.addEventListener('click', event => { if (event.target === dialog) fold() })
      tree.append(dialog, pill)
    }
    function open() { pill.hidden = true; if (!dialog.open) dialog.showModal() }
    function fold() { dialog.close(); pill.hidden = false }
    function problem(one) {
      const [start, length] = one.mark
      return make('li', {className: one.severity},
        make('h2', {}, one.message, ' ', make('span', {className: 'code', textContent: one.code})),
        make('p', {className: 'place'}, one.edit ? make('a', {href: one.edit, textContent: one.place, title: 'Open in the editor'}) : one.place),
        one.frame ? make('pre', {dir: 'ltr'}, make('span', {className: 'number', textContent: one.line}),
          one.frame.slice(0, start), make('mark', {textContent: one.frame.slice(start, start + length)}), one.frame.slice(start + length)) : null,
        make('dl', {}, ...['found', 'expected', 'fix'].filter(name => one[name]).flatMap(name => [make('dt', {textContent: name}), make('dd', {textContent: one[name], className: name})])),
        one.also.length ? make('p', {className: 'also', textContent: `see also ${one.also.join(', ')}`}) : null)
    }
    function show() {
      // What stopped this very page comes first; the shop may not know of it, or say it too.
      const rest = ofShop.filter(one => !ofPage.some(other => other.message === one.message && other.place === one.place))
      const problems = [...ofPage, ...rest], words = JSON.stringify(problems)
      if (words === shown) return
      shown = words
      if (!problems.length) {
        if (host) { if (dialog.open) dialog.close(); host.remove(); host = null }
        return
      }
      if (!host) build()
      if (!host.isConnected) document.documentElement.append(host)
      const count = `${problems.length} problem${problems.length > 1 ? 's' : ''}`
      pill.textContent = count
      const scroll = dialog.scrollTop
      dialog.replaceChildren(
        make('header', {}, make('p', {className: 'title'}, make('span', {className: 'dot'}), count),
          make('p', {className: 'hint', textContent: 'Below is the last page that could be made. Mend and save: this goes by itself.'}),
          make('button', {type: 'button', className: 'fold', onclick: fold, textContent: 'Hide', title: 'Hide (Esc)'})),
        make('ol', {}, ...problems.slice(0, 30).map(problem)))
      if (pill.hidden) open()
      dialog.scrollTop = scroll
      for (const mark of dialog.querySelectorAll('mark')) { // a long line is shown where it is wrong
        const frame = mark.closest('pre')
        frame.scrollLeft = Math.max(0, mark.offsetLeft + mark.offsetWidth - frame.offsetLeft - frame.clientWidth * .7)
      }
    }
    return {
      page(problems) { ofPage = problems; show() },
      shop(problems) { ofShop = problems; show() },
    }
  })()

  const STYLE = `
:host{all:initial;position:static}
*{box-sizing:border-box;margin:0;padding:0}
dialog{position:fixed;inset:auto 0 0 0;margin:auto;width:min(100vw - 1.5rem,54rem);max-width:none;max-height:min(78vh,46rem);margin-bottom:1rem;overflow:auto;border:0;border-radius:16px;
 background:#14161f;color:#e9ebf3;font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;box-shadow:0 0 0 1px #ffffff14,0 30px 80px #0009;overscroll-behavior:contain;scrollbar-color:#454a5f transparent}
dialog[open]{animation:rise .18s ease-out}
dialog::backdrop{background:#0a0b1080}
@keyframes rise{from{transform:translateY(12px);opacity:0}}
@media (prefers-reduced-motion:reduce){dialog[open]{animation:none}}
header{position:sticky;top:0;display:grid;grid-template-columns:1fr auto;gap:.1rem 1rem;align-items:center;padding:.95rem 1.25rem .85rem;background:#14161ff2;border-bottom:1px solid #ffffff12;z-index:1}
.title{display:flex;gap:.6rem;align-items:center;font-weight:650;font-size:17px}
.dot{width:.65rem;height:.65rem;border-radius:50%;background:#ff6257;box-shadow:0 0 0 4px #ff625733}
.hint{grid-column:1;color:#a4a9bd;font-size:13.5px}
button{font:inherit;color:inherit;border:0;cursor:pointer}
.fold{grid-column:2;grid-row:1/span 2;padding:.4rem .85rem;border-radius:9px;background:#ffffff14}
.fold:hover{background:#ffffff24}
ol{list-style:none;padding:.4rem 1.25rem 1.25rem}
li{padding:1rem 0 1.1rem;border-bottom:1px solid #ffffff12}
li:last-child{border:0;padding-bottom:.2rem}
h2{font-size:16px;font-weight:600;line-height:1.4;overflow-wrap:anywhere}
.code{margin-inline-start:.35rem;padding:.12rem .42rem;border-radius:6px;background:#ff625726;color:#ff9a92;font:600 12px/1 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;vertical-align:.08em}
.place{margin-top:.15rem;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:#a4a9bd;overflow-wrap:anywhere}
a{color:#8cb8ff;text-decoration:none}
a:hover{text-decoration:underline}
pre{margin:.65rem 0 .7rem;padding:.7rem .9rem;border-radius:10px;background:#0b0d13;overflow-x:auto;font:13.5px/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:#dfe3f0;white-space:pre}
.number{margin-inline-end:.9rem;color:#666d85;user-select:none}
mark{background:#ff62572e;color:#ffb3ad;border-bottom:2px solid #ff6257;border-radius:2px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;font-size:14px}
dt{color:#8c92a8}
dd{overflow-wrap:anywhere}
.fix{color:#9be7b4}
.also{margin-top:.4rem;color:#8c92a8;font-size:13px}
:focus-visible{outline:2px solid #8cb8ff;outline-offset:2px}
.pill{position:fixed;inset:auto auto 1rem 1rem;z-index:2147483647;padding:.55rem .95rem;border-radius:99px;background:#d93a30;color:#fff;font:600 14px/1 system-ui,sans-serif;box-shadow:0 6px 24px #0006}
.pill[hidden]{display:none}
@media (max-width:44rem){.pill{bottom:4.7rem;left:.6rem}}
`
})()
