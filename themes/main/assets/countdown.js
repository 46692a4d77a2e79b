import {$, $$, make} from './base.js'

/* Days to seconds until a moment, in the words of the page's language; afterwards the section is gone */
const units = [['day', 864e5], ['hour', 36e5], ['minute', 6e4], ['second', 1e3]]
const calm = matchMedia('(prefers-reduced-motion:reduce)').matches  // no ticking seconds then
const lang = document.documentElement.lang
for (const section of $$('[data-countdown]')) {
  const end = Date.parse(section.dataset.countdown), clock = $('.countdown-clock', section)
  const parts = units.slice(0, calm ? 3 : 4).map(([unit]) => {
    const box = make('span'), number = make('b'), word = make('span')
    box.append(number, word)
    clock.append(box)
    return {number, word, format: new Intl.NumberFormat(lang, {style: 'unit', unit, unitDisplay: 'long'})}
  })
  const tick = () => {
    let left = end - Date.now()
    if (left <= 0) return section.remove()
    parts.forEach(({number, word, format}, i) => {
      const count = Math.floor(left / units[i][1])
      left -= count * units[i][1]
      const told = format.formatToParts(count)
      number.textContent = told.filter(part => part.type === 'integer' || part.type === 'group').map(part => part.value).join('') || count
      word.textContent = told.filter(part => part.type === 'unit').map(part => part.value).join('').trim()
    })
    setTimeout(tick, (end - Date.now()) % (calm ? 6e4 : 1e3) + 20)
  }
  tick()
  clock.hidden = false
}
