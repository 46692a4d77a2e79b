// One page at several widths, side by side, in frames of the shop's own origin.
const main = document.querySelector('.widths')
const WIDTHS = [['Phone', 390, 844], ['Tablet', 820, 1100], ['Desktop', 1440, 1000]]
const make = (name, fields = {}, ...inside) => { const node = Object.assign(document.createElement(name), fields); node.append(...inside); return node }
const frames = WIDTHS.map(([name, width, height]) => {
  const frame = make('iframe', {src: main.dataset.address, title: `${name}, ${width} pixels wide`, width, height})
  return make('figure', {}, make('figcaption', {}, make('b', {textContent: name}), ` ${width}`), frame)
})
main.append(...frames)
const pages = frames.map(figure => figure.querySelector('iframe'))
function fit() {
  const room = innerWidth - 48 - 24 * (WIDTHS.length - 1)
  const all = WIDTHS.reduce((sum, [, width]) => sum + width, 0)
  const scale = innerWidth < 720 ? Math.min(1, (innerWidth - 32) / 390) : Math.min(1, room / all)
  frames.forEach((figure, place) => {
    const [, width, height] = WIDTHS[place], own = innerWidth < 720 ? Math.min(1, (innerWidth - 32) / width) : scale
    const tall = innerWidth < 720 ? height : Math.max(height, (innerHeight - 150) / own)
    pages[place].height = Math.round(tall)
    pages[place].style.transform = `scale(${own})`
    figure.style.width = `${width * own}px`
    figure.style.height = `${tall * own + 32}px`
  })
}
addEventListener('resize', fit)
fit()
// A link followed in one frame is followed in all.
let leading = ''
for (const frame of pages) {
  frame.addEventListener('load', () => {
    const place = frame.contentWindow.location.href
    if (place === 'about:blank' || place === leading) return
    leading = place
    for (const other of pages) if (other !== frame && other.contentWindow.location.href !== place) other.contentWindow.location.replace(place)
  })
}
