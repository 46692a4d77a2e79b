// The street list: fills a card when it comes into view, finds shops, and keeps up with edits.
const cards = new Map([...document.querySelectorAll('.card')].map(card => [card.dataset.handle, card]))
const make = (name, fields = {}) => Object.assign(document.createElement(name), fields)

const ask = async (name, card) => {
  const answer = await fetch(`/_highstreet/${name}?shop=${encodeURIComponent(card.dataset.handle)}`)
  return answer.ok ? answer.json() : null
}
async function fill(card) {
  const told = await ask('card', card)
  if (!told) return
  card.querySelector('h2 a').textContent = told.name
  const status = card.querySelector('.status')
  status.textContent = told.status
  status.dataset.status = told.status
  const problems = card.querySelector('.problems')
  problems.dataset.state = told.problems === null ? '' : told.problems ? 'bad' : 'good'
  problems.replaceChildren(...(told.problems === null ? ['looking for problems …'] : told.problems ? [
    `${told.problems} problem${told.problems > 1 ? 's' : ''}: `,
    told.first.edit ? make('a', {href: told.first.edit, textContent: told.first.place, title: told.first.message}) : told.first.place,
  ] : ['no problems']))
  card.querySelector('.built').textContent = told.built || 'never built here'
  if (told.picture) show(card.querySelector('.face img'), told.picture)
  release(card)
}
// Another picture takes the place of the one before when it is there, without an empty moment.
function show(image, picture) {
  const src = `${image.src.split('&')[0]}&is=${picture.slice(0, 16)}`
  if (image.src === src) return
  const next = make('img', {src})
  next.decode().then(() => { image.src = src }, () => {})
}
// What is online is asked for apart: the store may be far away.
async function release(card) {
  const place = card.querySelector('.release'), told = place && await ask('release', card).catch(() => null)
  if (!told) return
  place.textContent = told.words
  place.title = told.id || told.words
  place.dataset.state = told.state
}
// Only what is looked at is asked for: with each card the preview checks a shop.
const seen = new IntersectionObserver(entries => {
  for (const {target, isIntersecting} of entries) if (isIntersecting) { seen.unobserve(target); fill(target) }
}, {rootMargin: '200px'})
for (const card of cards.values()) seen.observe(card)

const find = document.querySelector('.find input'), count = document.querySelector('.count'), all = count.textContent
find.addEventListener('input', () => {
  const words = find.value.trim().toLowerCase()
  let shown = 0
  for (const [handle, card] of cards) {
    card.hidden = !`${handle} ${card.querySelector('h2').textContent}`.toLowerCase().includes(words)
    shown += !card.hidden
  }
  count.textContent = words ? `${shown} of ${all}` : all
})
find.addEventListener('keydown', event => {
  if (event.key === 'Enter') document.querySelector('.card:not([hidden]) h2 a')?.click()
})
addEventListener('keydown', event => { if (event.key === '/' && document.activeElement !== find) { event.preventDefault(); find.focus() } })

const events = new EventSource('/_highstreet/events')
events.addEventListener('shops', ({data}) => { if (JSON.parse(data) !== cards.size) location.reload() })
events.addEventListener('card', ({data}) => { const card = cards.get(JSON.parse(data)); if (card) { seen.unobserve(card); seen.observe(card) } })
