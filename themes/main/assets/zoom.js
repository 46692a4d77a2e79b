// The pictures of a product in full size: swiped or paged, enlarged by a click, the keys + and -, or two fingers.
import {$, $$, inDigits, make, text} from './base.js'

let strip, items
const far = () => getComputedStyle(strip).direction === 'rtl' ? -1 : 1
const place = () => Math.min(items.length - 1, Math.round(Math.abs(strip.scrollLeft) / strip.clientWidth))
const go = (index, behavior) => strip.scrollTo({left: far() * index * strip.clientWidth, behavior})

/* Enlarges the picture in view to `scale`, around the point that was clicked or its middle. */
function enlarge(scale, event) {
  const item = items[place()], image = $('img', item)
  const now = +(image.dataset.scale || 1), next = Math.min(4, Math.max(1, scale))
  const box = image.getBoundingClientRect()
  const at = event ? [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height] : [.5, .5]
  image.dataset.scale = next
  image.style.width = image.style.height = `${next * 100}%`
  item.classList.toggle('enlarged', next > 1)
  if (next !== now) item.scrollTo(item.scrollWidth * at[0] - item.clientWidth / 2, item.scrollHeight * at[1] - item.clientHeight / 2)
}
const scale = () => +($('img', items[place()]).dataset.scale || 1)

function prepare(dialog) {
  strip = $('.zoom-strip', dialog)
  const tell = () => text($('.zoom-place', dialog), items.length > 1 ? inDigits(`${place() + 1} / ${items.length}`) : '')
  const settled = () => {
    if (!dialog.open) return
    tell()
    for (const image of $$('.enlarged img', strip)) if (!items[place()].contains(image)) { image.style.width = image.style.height = ''; image.dataset.scale = 1; image.parentNode.classList.remove('enlarged') }
  }
  let moving // not every phone tells `scrollend`
  strip.addEventListener('scroll', () => { clearTimeout(moving); moving = setTimeout(settled, 120) }, {passive: true})
  dialog.addEventListener('click', event => {
    const way = event.target.closest('[data-way]')
    if (event.target.closest('[data-close]')) dialog.close()
    else if (way) go(Math.max(0, Math.min(items.length - 1, place() + +way.dataset.way)))
    else if (event.target.matches('img')) enlarge(scale() > 1 ? 1 : 2.5, event)
  })
  dialog.addEventListener('keydown', event => {
    const way = {ArrowRight: far(), ArrowLeft: -far()}[event.key]
    if (way && scale() === 1) go(Math.max(0, Math.min(items.length - 1, place() + way)))
    else if (event.key === '+' || event.key === '=') enlarge(scale() + .75)
    else if (event.key === '-') enlarge(scale() - .75)
    else return
    event.preventDefault()
  })
  // Two fingers: the distance between them is the scale.
  const fingers = new Map()
  let start
  const distance = () => { const [a, b] = [...fingers.values()]; return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) }
  strip.addEventListener('pointerdown', event => { fingers.set(event.pointerId, event); if (fingers.size === 2) start = {distance: distance(), scale: scale()} })
  strip.addEventListener('pointermove', event => {
    if (!fingers.has(event.pointerId)) return
    fingers.set(event.pointerId, event)
    if (fingers.size === 2) enlarge(start.scale * distance() / start.distance)
  })
  for (const end of ['pointerup', 'pointercancel', 'pointerleave']) strip.addEventListener(end, event => fingers.delete(event.pointerId))
  dialog.addEventListener('close', () => strip.replaceChildren())
  return tell
}

const tellers = new WeakMap()
/* Shows the pictures that `links` lead to in `dialog`, that of `link` first. Focus returns to it when the dialog closes. */
export function open(dialog, links, link) {
  if (!tellers.has(dialog)) tellers.set(dialog, prepare(dialog))
  items = links.map(other => {
    const item = make('div', {className: 'zoom-item'})
    item.append(make('img', {src: other === link ? other.href : $('img', other).currentSrc, alt: $('img', other).alt, loading: 'lazy', draggable: false}))
    return item
  })
  strip.replaceChildren(...items)
  dialog.showModal()
  go(links.indexOf(link), 'instant')
  tellers.get(dialog)()
  // The others load in full size when they come into view.
  const watch = new IntersectionObserver(entries => {
    for (const {isIntersecting, target} of entries) if (isIntersecting) { target.firstChild.src = links[items.indexOf(target)].href; watch.unobserve(target) }
  }, {root: strip})
  items.forEach(item => watch.observe(item))
}
