// The street list: fills a card when it comes into view, finds shops, and keeps up with edits.
const cards = new Map([...document.querySelectorAll('.card')].map(card => [card.dataset.handle, card]))
const make = (name, fields = {}) => Object.assign(document.createElement(name), fields)

async function fill(card) {
  const answer = await fetch(`/_highstreet/card?shop=${encodeURIComponent(card.dataset.handle)}`)
  if (!answer.ok) return
  const told = await answer.json()
  card.querySelector('h2 a').textContent = told.name
  const status = card.querySelector('.status')
  status.textContent = told.status
  status.dataset.status = told.status
  const problems = card.querySelector('.problems')
  problems.dataset.state = told.problems === null ? '' : told.problems ? 'bad' : 'good'
  problems.replaceChildren(...(told.problems === null ? ['not opened yet'] : told.problems ? [
    `${told.problems} problem${told.problems > 1 ? 's' : ''}: `,
    told.first.edit ? make('a', {href: told.first.edit, textContent: told.first.place, title: told.first.message}) : told.first.place,
  ] : ['no problems']))
  card.querySelector('.release').textContent = told.release || 'never built here'
}
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
events.addEventListener('card', ({data}) => { const card = cards.get(JSON.parse(data)); if (card) fill(card) })
